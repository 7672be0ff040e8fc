import { flag, isText, text, type ArgTable, type DefaultedArg, type Settled } from "./arg";
import { argTable } from "./edp-monitor-table";
import type { PackageSubscriptionArgs } from "./package-subscription-args";
import type { Problem } from "./problem";
import type { Allowed, Given } from "./validate";

const queue = /^arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/;
/** An event pattern has 2,048 characters in all, and the ones of a bucket's name are among them. */
const prefixPatternBytes = 1024;

export const subscriptionTable = {
  eventBusName: {
    ...argTable.eventBusName,
    isRequired: true,
    otherwise: undefined,
    summary: "event bus of the announcements, by name or ARN: `eventBusName` of a monitor",
  },
  bucketName: {
    ...argTable.bucketName,
    summary: "name of the bucket whose batches are wanted",
  },
  prefixPattern: {
    kind: "text",
    isInput: true,
    otherwise: "all prefixes",
    summary:
      "prefixes whose batches are wanted, such as `sequencer-1/*`; `*` stands for any characters, a pattern " +
      "without it is a whole folder",
    // EventBridge compares values with their quotes: a pattern with one would match what it does not say.
    holds: (value: unknown) =>
      isText(value, /^[^"]+$/) &&
      value.trim() === value &&
      Buffer.byteLength(value) <= prefixPatternBytes,
    allowed: `a pattern such as sequencer-1/*, without quotes and blanks around it, of 1 to ${prefixPatternBytes} bytes`,
    example: "sequencer-1/*",
  },
  queueArn: {
    ...text(
      queue,
      "the ARN of a standard SQS queue",
      "arn:aws:sqs:eu-west-1:123456789012:packages",
      { otherwise: "none", summary: "target: a standard SQS queue of this account and region" },
    ),
    isInput: true,
    about: (value: unknown) =>
      isText(value, /\.fifo$/)
        ? "a FIFO queue, which needs a message group and would not drop second copies either"
        : undefined,
  },
  functionArn: {
    ...text(
      /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)?$/,
      "the ARN of a Lambda function, or of a version or an alias of one",
      "arn:aws:lambda:eu-west-1:123456789012:function:packager",
      { otherwise: "none", summary: "target: a Lambda function of this account and region" },
    ),
    isInput: true,
  },
  stateMachineArn: {
    ...text(
      /^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[^:\s]+(:[^:\s]+)?$/,
      "the ARN of a Step Functions state machine, or of a version or an alias of one",
      "arn:aws:states:eu-west-1:123456789012:stateMachine:packager",
      {
        otherwise: "none",
        summary: "target: a Step Functions state machine of this account and region",
      },
    ),
    isInput: true,
  },
  targetEventBusArn: {
    ...text(
      /^arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/[A-Za-z0-9._/-]+$/,
      "the ARN of an event bus",
      "arn:aws:events:eu-west-1:123456789012:event-bus/packages",
      {
        otherwise: "none",
        summary: "target: another event bus, also of another account or region",
      },
    ),
    isInput: true,
  },
  manageQueuePolicy: flag({
    default: true,
    summary:
      "the policy of the queue is written, of which there is one; false for a queue that has a policy already",
  }),
  alarmTopicArn: {
    ...argTable.alarmTopicArn,
    otherwise: "no alarms",
    summary:
      "SNS topic for the alarms on what could not be delivered: `alarmTopicArn` of a monitor",
  },
  permissionsBoundaryArn: {
    ...argTable.permissionsBoundaryArn,
    summary: "managed policy that bounds the role that a state machine or another bus needs",
  },
  tags: { ...argTable.tags, summary: "tags of every resource that can have them" },
} as const satisfies ArgTable<PackageSubscriptionArgs>;

/** As the component sees them: what may come from another resource is an output. */
export type SettledSubscriptionArgs = Settled<
  PackageSubscriptionArgs,
  DefaultedArg<typeof subscriptionTable>
>;

const targets = ["queueArn", "functionArn", "stateMachineArn", "targetEventBusArn"] as const;

export const packageSubscriptionAllowed: Allowed<PackageSubscriptionArgs> = {
  component: "PackageSubscription",
  noun: "the subscription",
  // A rule's and a role's names have 64 characters at most, of which Pulumi's suffix takes 8.
  name: {
    holds: (name) => isText(name, /^[A-Za-z0-9_-]{1,56}$/),
    allowed: "1 to 56 letters, digits, hyphens and underscores",
    example: "packages",
  },
  args: subscriptionTable,
  example: {
    eventBusName: "my-bus",
    bucketName: subscriptionTable.bucketName.example,
    queueArn: subscriptionTable.queueArn.example,
  },
  together: [oneTarget],
};

function oneTarget(args: Given<PackageSubscriptionArgs>): Problem | undefined {
  const given = targets.filter((target) => args[target] !== undefined);
  const [first, ...others] = given;
  if (first === undefined) {
    return {
      says: `no target is given, allowed is exactly one of ${targets.join(", ")}`,
      mend: [{ arg: "queueArn", value: subscriptionTable.queueArn.example }],
    };
  }
  if (others.length === 0) return undefined;
  return {
    says: `${given.join(" and ")} are given, allowed is exactly one target`,
    mend: others.map((arg) => ({ arg })),
  };
}
