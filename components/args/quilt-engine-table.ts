import { isText, type ArgTable, type DefaultedArg, type Settled } from "./arg";
import { subscriptionTable } from "./package-subscription-table";
import type { QuiltEngineArgs } from "./quilt-engine-args";
import type { Allowed } from "./validate";

/** EventBridge would take what is between < and > for a variable, and writes a text as it is into the JSON. */
const plain = /^[^<>"\\\p{Cc}]*$/u;

export const quiltEngineTable = {
  eventBusName: subscriptionTable.eventBusName,
  bucketName: subscriptionTable.bucketName,
  queueArn: {
    kind: "text",
    isRequired: true,
    isInput: true,
    summary:
      "the engine's queue: the output `PackagerQueueArn` of the Quilt stack, of this account and region",
    holds: subscriptionTable.queueArn.holds,
    allowed: subscriptionTable.queueArn.allowed,
    example: subscriptionTable.queueArn.example,
    about: subscriptionTable.queueArn.about,
  },
  prefixPattern: subscriptionTable.prefixPattern,
  registry: {
    ...subscriptionTable.bucketName,
    isRequired: undefined,
    otherwise: "`bucketName`",
    summary: "name of the bucket that the packages are of",
  },
  workflow: {
    kind: "text",
    otherwise: "the registry's default",
    summary: "workflow of the registry that packages have to fulfil; empty: none",
    holds: (value: unknown) =>
      isText(value, plain) && value.length <= 256 && value.trim() === value,
    allowed: 'a name of up to 256 characters, without <, >, " and \\, or an empty text',
    example: "assay",
  },
  commitMessage: {
    kind: "text",
    otherwise: "the engine's",
    summary: "message of every revision",
    holds: (value: unknown) =>
      isText(value, plain) && value.length <= 1024 && value.trim() === value && value !== "",
    allowed: 'a line of 1 to 1024 characters, without <, >, " and \\',
    example: "Packaged by EDP",
  },
  metadataFile: {
    kind: "text",
    otherwise: "no metadata",
    summary:
      "a JSON file below each prefix with the package's metadata, such as `metadata.json`; without it there is no package",
    holds: (value: unknown) =>
      isText(value, /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/) &&
      value.length <= 256 &&
      !value.split("/").some((segment) => /^\.\.?$/.test(segment)),
    allowed:
      "a path below the prefix, of up to 256 letters, digits, dots, hyphens, underscores and slashes",
    example: "metadata.json",
  },
  alarmTopicArn: subscriptionTable.alarmTopicArn,
  tags: subscriptionTable.tags,
} as const satisfies ArgTable<QuiltEngineArgs>;

/** As the component sees them: what may come from another resource is an output. */
export type SettledQuiltEngineArgs = Settled<
  QuiltEngineArgs,
  DefaultedArg<typeof quiltEngineTable>
>;

export const quiltEngineAllowed: Allowed<QuiltEngineArgs> = {
  component: "QuiltEngine",
  noun: "the engine's subscription",
  // A rule's name has 64 characters at most, of which Pulumi's suffix takes 8.
  name: {
    holds: (name) => isText(name, /^[A-Za-z0-9_-]{1,56}$/),
    allowed: "1 to 56 letters, digits, hyphens and underscores",
    example: "packages",
  },
  args: quiltEngineTable,
  example: {
    eventBusName: "my-bus",
    bucketName: quiltEngineTable.bucketName.example,
    queueArn: quiltEngineTable.queueArn.example,
  },
  together: [],
};
