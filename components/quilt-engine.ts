import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  quiltEngineAllowed,
  settled,
  validated,
  type QuiltEngineArgs,
  type SettledQuiltEngineArgs,
} from "./args";
import { allRight, ownBusName, ownTarget, placeOf } from "./look-ups";
import { announcementPattern } from "./parts/announcement-pattern";
import { sendFromRules } from "./parts/permissions";
import { subscribe } from "./subscribe";

/**
 * Quilt's packaging engine as the consumer of a bucket's announcements: each becomes a request to make a
 * package of its prefix, named by the engine. No code of its own: a rule and an input transformer. The
 * engine's queue has to admit the rule, by `queuePolicyStatement`; until then the requests wait in the
 * queue of what could not be delivered, for 14 days.
 */
export class QuiltEngine extends pulumi.ComponentResource {
  /** ARN of the rule on the bus. */
  public readonly ruleArn: pulumi.Output<string>;
  /** The statement, as JSON, that the policy of the engine's queue needs to let the rule in. */
  public readonly queuePolicyStatement: pulumi.Output<string>;
  /** URL of the queue of announcements that could not be delivered. */
  public readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** ARN of that queue. */
  public readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: QuiltEngineArgs, opts?: pulumi.ComponentResourceOptions) {
    const given = validated(quiltEngineAllowed, name, args, opts);
    super("edp-monitor:index:QuiltEngine", name, { ...given }, opts);
    const all: SettledQuiltEngineArgs = settled(quiltEngineAllowed, given);
    const place = placeOf({ parent: this });
    const eventBusName = ownBusName(all.eventBusName, place);
    const ownQueue = ownTarget("queueArn", all.queueArn, place, elsewhere);

    const { rule, undelivered } = subscribe(
      name,
      {
        bucketName: all.bucketName,
        eventBusName,
        pattern: pulumi
          .all([all.bucketName, all.prefixPattern])
          .apply(([bucket, pattern]) => withPrefixUri(announcementPattern(bucket, pattern))),
        target: () => ({ arn: all.queueArn, inputTransformer: requestFor(all) }),
        alarmTopicArn: all.alarmTopicArn,
        tags: all.tags,
        dependsOn: allRight([all, eventBusName, ownQueue]),
      },
      this,
    );

    this.ruleArn = rule.arn;
    this.queuePolicyStatement = pulumi.jsonStringify(
      pulumi.output(sendFromRules(all.queueArn, [rule.arn])),
    );
    this.deadLetterQueueUrl = undelivered.url;
    this.deadLetterQueueArn = undelivered.arn;
    this.registerOutputs({
      ruleArn: this.ruleArn,
      queuePolicyStatement: this.queuePolicyStatement,
      deadLetterQueueUrl: this.deadLetterQueueUrl,
      deadLetterQueueArn: this.deadLetterQueueArn,
    });
  }
}

const elsewhere =
  "bring the announcements to a bus there with a PackageSubscription, and have the QuiltEngine there";

/** Quilt's own service sends none, and a request that lacks it would be none. */
function withPrefixUri({ detail, ...envelope }: ReturnType<typeof announcementPattern>): object {
  return { ...envelope, detail: { ...detail, prefixUri: [{ exists: true }] } };
}

/**
 * What the engine takes: https://github.com/quiltdata/quilt/blob/master/docs/Catalog/Packaging.md. It
 * parses the prefix as a URI, and EventBridge writes a variable into the template as it is: `prefixUri` is
 * safe in both. A `metadata_uri` is relative to the prefix.
 */
function requestFor(
  all: SettledQuiltEngineArgs,
): NonNullable<aws.cloudwatch.EventTargetArgs["inputTransformer"]> {
  const { workflow, commitMessage, metadataFile } = all;
  return {
    inputPaths: { uri: "$.detail.prefixUri" },
    inputTemplate: pulumi.jsonStringify({
      source_prefix: "<uri>",
      registry: all.registry ?? all.bucketName,
      ...(workflow !== undefined && { workflow }),
      ...(commitMessage !== undefined && { commit_message: commitMessage }),
      ...(metadataFile !== undefined && { metadata_uri: metadataFile }),
    }),
  };
}
