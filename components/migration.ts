import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  databaseAccessToEnvironment,
  databaseName,
  runtimeRole,
  timing,
  type MigrationRequest,
} from "../functions/contract";
import { createLambda, type LambdaStationArgs } from "./parts/lambda";
import { connectToDatabase } from "./parts/permissions";
import type { DatabaseServer, MigratedDatabase } from "./records";

export interface MigrationArgs extends LambdaStationArgs {
  readonly server: DatabaseServer;
}

/** Brings the schema up to date from inside the VPC, where the deploying machine cannot reach. */
export class Migration extends pulumi.ComponentResource {
  readonly database: MigratedDatabase;

  constructor(name: string, args: MigrationArgs, opts: pulumi.ComponentResourceOptions) {
    super("edp-monitor:index:Migration", name, {}, opts);
    const { server, bundle } = args;

    const lambda = createLambda(
      name,
      {
        ...args,
        description: "EDP Monitor: brings the database's schema up to date",
        memoryMegabytes: 512,
        timeoutSeconds: timing.migrationTimeout,
        environment: accessAs(server.masterUser, server),
        // It logs in with the master password, which it is told when it is called; with a token where
        // RDS takes the master, who administers the runtime role, for a member of rds_iam.
        statements: [connectToDatabase(args.place, server.resourceId, server.masterUser)],
      },
      this,
    );

    // The Invocation's id, in plain in the state, has the MD5 of its input: nobody who guesses the
    // password knows this beside it (238 bits, made once). From invocation.go of the AWS provider:
    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/invocation.go
    const salt = new random.RandomPassword(name, { length: 40, special: false }, { parent: this });
    const request: Record<keyof MigrationRequest, pulumi.Input<string>> = {
      bundleHash: bundle.hash,
      databaseResourceId: server.resourceId,
      runtimeRole,
      masterPassword: server.masterPassword,
      salt: salt.result,
    };
    // Runs again when its input changes, and only then. Lifecycle scope CREATE_ONLY, the default:
    // with CRUD, a failed update counts as done and the next `pulumi up` turns green.
    const invocation = new aws.lambda.Invocation(
      name,
      { functionName: lambda.name, input: pulumi.secret(pulumi.jsonStringify(request)) },
      { parent: this, additionalSecretOutputs: ["input"] },
    );

    this.database = {
      environment: invocation.result.apply(() => accessAs(runtimeRole, server)),
      resourceId: server.resourceId,
      user: runtimeRole,
    };
    this.registerOutputs();
  }
}

function accessAs(user: string, server: DatabaseServer): pulumi.Output<Record<string, string>> {
  return server.host.apply((host) =>
    databaseAccessToEnvironment({ host, port: server.port, database: databaseName, user }),
  );
}
