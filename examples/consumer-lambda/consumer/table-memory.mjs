import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

/** More than a Lambda may run: who has not noted anything by then was killed. */
const claimSeconds = 16 * 60;
/** Longer than any copy is on its way; DynamoDB removes the item after that, for nothing. */
const rememberedSeconds = 90 * 24 * 60 * 60;

/** Remembers batches in a DynamoDB table whose key is `batchId`, with `expiresAt` as its time to live. */
export class TableMemory {
  constructor(tableName, client, now = () => Math.floor(Date.now() / 1000)) {
    Object.assign(this, { tableName, client, now });
  }

  /** "mine": it may be worked on; "done": it was; "busy": somebody is at it. */
  async claim(batchId) {
    const now = this.now();
    try {
      await this.#put(batchId, "working", now + claimSeconds, {
        ConditionExpression:
          "attribute_not_exists(batchId) OR (#state = :working AND expiresAt < :now)",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":working": { S: "working" }, ":now": { N: String(now) } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      return "mine";
    } catch (error) {
      if (error.name !== "ConditionalCheckFailedException") throw error;
      return error.Item?.state?.S === "done" ? "done" : "busy";
    }
  }

  async done(batchId) {
    await this.#put(batchId, "done", this.now() + rememberedSeconds);
  }

  async release(batchId) {
    await this.client.send(
      new DeleteItemCommand({ TableName: this.tableName, Key: { batchId: { S: batchId } } }),
    );
  }

  async #put(batchId, state, expiresAt, condition = {}) {
    const Item = {
      batchId: { S: batchId },
      state: { S: state },
      expiresAt: { N: String(expiresAt) },
    };
    await this.client.send(new PutItemCommand({ TableName: this.tableName, Item, ...condition }));
  }
}
