import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaStationArgs } from "../records";
import { after } from "./after";
import type { LambdaBundle } from "./lambda-bundle";
import {
  assumedByLambda,
  denyNetworkInterfacesToCode,
  policyOf,
  useNetworkInterfaces,
  writeLogs,
  type Statement,
} from "./permissions";

export interface LambdaArgs extends LambdaStationArgs {
  readonly bundle: LambdaBundle;
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: pulumi.Input<Record<string, string>>;
  /** What its code may do, beside logging. */
  readonly statements: readonly Statement[];
}

/** A Lambda; exists only after its role has everything, the denial included. */
export interface Lambda {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
}

/**
 * Amazon's own authorities, those of RDS among them, which Node does not load by itself: the bundles
 * carry those of the commercial regions, China and GovCloud have others
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html).
 */
const trustAmazon = { NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" };

/** The one way to make a Lambda: in the VPC, with a role and a log group of its own. */
export function createLambda(name: string, args: LambdaArgs, parent: pulumi.Resource): Lambda {
  const { tags } = args;
  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { retentionInDays: args.logRetentionDays, tags },
    { parent },
  );
  const role = new aws.iam.Role(
    name,
    { description: args.description, assumeRolePolicy: policyOf([assumedByLambda]), tags },
    { parent },
  );
  const allowed = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: policyOf([
        writeLogs(logGroup.arn),
        ...useNetworkInterfaces(args.place),
        ...args.statements,
      ]),
    },
    { parent },
  );
  const lambda = new aws.lambda.Function(
    name,
    {
      description: args.description,
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: args.bundle.code,
      memorySize: args.memoryMegabytes,
      timeout: args.timeoutSeconds,
      environment: {
        variables: pulumi
          .output(args.environment)
          .apply((variables): Record<string, string> => ({ ...variables, ...trustAmazon })),
      },
      // Text leaves the lines as our code writes them, which is JSON already.
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      vpcConfig: {
        subnetIds: args.network.subnetIds,
        securityGroupIds: [args.network.securityGroupId],
      },
      tags,
    },
    { parent, dependsOn: [allowed] },
  );
  // A policy of its own, because it names the function, which comes after its role's policy. No gap:
  // nothing can invoke the function before it has this too.
  const denied = new aws.iam.RolePolicy(
    `${name}-code`,
    { role: role.name, policy: policyOf([denyNetworkInterfacesToCode(lambda.arn)]) },
    { parent },
  );
  return {
    name: after([denied], lambda.name),
    arn: after([denied], lambda.arn),
    logGroupName: logGroup.name,
  };
}
