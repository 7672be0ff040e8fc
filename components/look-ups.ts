// What is asked of AWS before anything is made. A station that waits for the answers is not registered
// when one of them is no, and neither is anything in it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseEventBusName } from "./args";
import type { Place } from "./records";
import { reasonOf, UserError } from "./user-error";

/** Where the stack lives. */
export function placeOf(opts: pulumi.InvokeOptions): Place {
  const asked = pulumi.all([
    aws.getPartitionOutput({}, opts).partition,
    aws.getRegionOutput({}, opts).region,
    aws.getCallerIdentityOutput({}, opts).accountId,
  ]);
  const answered = pulumi.recover(asked, (error) => {
    throw new UserError(
      `the stack's account and region cannot be looked up (${reasonOf(error)}), ` +
        "needed are a region and credentials of AWS: aws sts get-caller-identity",
    );
  });
  return {
    partition: answered.apply(([partition]) => partition),
    region: answered.apply(([, region]) => region),
    accountId: answered.apply(([, , accountId]) => accountId),
  };
}

/** The bucket's name, once it is found: a typo would mean silence, and so would another region. */
export function existingBucket(
  bucketName: pulumi.Output<string>,
  { region }: Place,
  opts: pulumi.InvokeOptions,
): pulumi.Output<string> {
  return pulumi.all([bucketName, region]).apply(([name, ourRegion]) => {
    // Asked with the output: a bucket of the same program is looked up once it is made, and not before.
    const found = aws.s3.getBucketOutput({ bucket: bucketName }, opts).bucketRegion;
    const bucketRegion = pulumi.recover(found, (error) => {
      throw new UserError(
        `bucketName is "${name}", a bucket that cannot be looked up (${reasonOf(error)}), ` +
          `allowed is a bucket that exists in the stack's account and region ${ourRegion}: ` +
          "set bucketName to its name",
      );
    });
    return bucketRegion.apply((theirRegion) => {
      if (theirRegion !== ourRegion) {
        throw new UserError(
          `bucketName is "${name}", a bucket in ${theirRegion}, allowed is a bucket in the stack's region ${ourRegion}: ` +
            `run it in ${theirRegion}, the aws:region of its config or of its provider`,
        );
      }
      return name;
    });
  });
}

/** The name of a bus of the user's. Its rule is ours, made in the bus's own account and region only. */
export function ownBusName(nameOrArn: pulumi.Input<string>, place: Place): pulumi.Output<string> {
  const { partition, region, accountId } = place;
  return pulumi
    .all([nameOrArn, partition, region, accountId])
    .apply(([text, ourPartition, ourRegion, ourAccount]) => {
      const { name, home } = parseEventBusName(text)!;
      const ours = home?.region === ourRegion && home.accountId === ourAccount;
      if (home !== undefined && !(ours && home.partition === ourPartition)) {
        throw new UserError(
          `eventBusName is "${text}", allowed is a bus of this account and region, ` +
            `arn:${ourPartition}:events:${ourRegion}:${ourAccount}:event-bus/..., because a rule cannot be made on another: ` +
            `set eventBusName to "${name}" for the one of that name here`,
        );
      }
      return name;
    });
}

/** What an ARN says of where it is. */
const home = /^arn:([a-z-]+):[a-z]+:([a-z0-9-]+):(\d{12}):/;

/**
 * The ARN of a target of the user's, in the rule's own account and region: a permission that is written
 * for another one's name would be written for whatever has that name here.
 */
export function ownTarget(
  arg: string,
  arn: pulumi.Output<string>,
  place: Place,
  mend: string,
): pulumi.Output<string> {
  const { partition, region, accountId } = place;
  return pulumi
    .all([arn, partition, region, accountId])
    .apply(([text, ourPartition, ourRegion, ourAccount]) => {
      const [, ...theirs] = home.exec(text)!;
      if (theirs.join() !== [ourPartition, ourRegion, ourAccount].join()) {
        throw new UserError(
          `${arg} is "${text}", allowed is one of this account and region, ${ourAccount} in ${ourRegion}: ${mend}`,
        );
      }
      return text;
    });
}

/**
 * What is made after this: only when all of it turned out right. A station that fails for it is not
 * registered, and nothing is registered before the station it is in, so that nothing is made at all.
 */
export function allRight(checks: pulumi.Input<unknown>[]): pulumi.Output<pulumi.Resource[]> {
  return pulumi.output(checks).apply(() => []);
}
