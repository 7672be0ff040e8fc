import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SettledArgs } from "../args";
import type { LambdaBundle, LambdaNetwork, StationArgs } from "../records";
import {
  assumedByLambda,
  denyNetworkInterfacesToCode,
  policyOf,
  useNetworkInterfaces,
  writeLogs,
  type Statement,
} from "./permissions";

/** What every station with a Lambda is told. */
export interface LambdaStationArgs extends StationArgs {
  readonly bundle: LambdaBundle;
  readonly network: LambdaNetwork;
  readonly settings: Pick<
    SettledArgs,
    "logRetentionDays" | "lambdaMemorySize" | "permissionsBoundaryArn"
  >;
}

export interface LambdaArgs extends LambdaStationArgs {
  readonly description: string;
  /** Unless the user says something else. */
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
 * Amazon's own authorities, which Node does not load by itself
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html). Which of RDS's are among them is
 * not documented: `regionsOfCertificates` has the regions that need nothing from here.
 */
const trustAmazon = { NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" };

/** The one way to make a Lambda: in the VPC, with a role and a log group of its own. */
export function createLambda(name: string, args: LambdaArgs, parent: pulumi.Resource): Lambda {
  const { settings, tags } = args;
  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { retentionInDays: settings.logRetentionDays, tags },
    { parent },
  );
  const role = new aws.iam.Role(
    name,
    {
      description: args.description,
      assumeRolePolicy: policyOf([assumedByLambda]),
      permissionsBoundary: settings.permissionsBoundaryArn,
      tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: policyOf([
        writeLogs(logGroup.arn),
        ...useNetworkInterfaces(args.place),
        denyNetworkInterfacesToCode,
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
      memorySize: settings.lambdaMemorySize ?? args.memoryMegabytes,
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
    { parent, dependsOn: [policy] },
  );
  return { name: lambda.name, arn: lambda.arn, logGroupName: logGroup.name };
}
