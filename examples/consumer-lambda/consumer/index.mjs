// The Lambda: EventBridge calls it with each announcement, now and then with one that it had already.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { onlyOnce } from "./only-once.mjs";
import { TableMemory } from "./table-memory.mjs";
import { useBatch } from "./use-batch.mjs";

const memory = new TableMemory(process.env.TABLE_NAME, new DynamoDBClient());

export const handler = (event) => onlyOnce(event.detail, memory, useBatch);
