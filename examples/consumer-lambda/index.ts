// A monitor, and a Lambda that uses each batch once: EventBridge calls it, a table remembers the batches
// that were done, and a queue keeps what could not be.
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EdpMonitor, PackageSubscription } from "edp-monitor";

const bucketName = "instrument-bucket";
const monitor = new EdpMonitor("instruments", { bucketName });

const batches = new aws.dynamodb.Table("batches", {
  attributes: [{ name: "batchId", type: "S" }],
  hashKey: "batchId",
  billingMode: "PAY_PER_REQUEST",
  ttl: { attributeName: "expiresAt", enabled: true },
});

/** Announcements that the Lambda failed at three times. */
const failed = new aws.sqs.Queue("consumer-failed", {
  messageRetentionSeconds: 14 * 24 * 60 * 60,
  sqsManagedSseEnabled: true,
});

const role = new aws.iam.Role("consumer", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const permissions = new aws.iam.RolePolicy("consumer", {
  role: role.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["dynamodb:PutItem", "dynamodb:DeleteItem"],
        Resource: batches.arn,
      },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: failed.arn },
    ],
  }),
});
const logs = new aws.iam.RolePolicyAttachment("consumer-logs", {
  role: role.name,
  policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
});

const consumer = new aws.lambda.Function(
  "consumer",
  {
    code: new pulumi.asset.FileArchive(path.join(__dirname, "consumer")),
    handler: "index.handler",
    runtime: "nodejs24.x", // brings the AWS SDK: nothing has to be bundled
    role: role.arn,
    timeout: 300,
    environment: { variables: { TABLE_NAME: batches.name } },
    deadLetterConfig: { targetArn: failed.arn },
  },
  { dependsOn: [permissions, logs] },
);

new PackageSubscription("consumer", {
  eventBusName: monitor.eventBusName,
  bucketName,
  functionArn: consumer.arn,
  alarmTopicArn: monitor.alarmTopicArn,
});

export const consumerName = consumer.name;
export const failedQueueUrl = failed.url;
