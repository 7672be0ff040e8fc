// Gives every resource of the program a body on this machine, at the moment the program creates it.
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { accountId, answerOf, arnOf, partition } from "./account";
import { DatabaseServer } from "./database";
import { EventBus, Rule } from "./events/bus";
import { PutEventsEndpoint } from "./events/put-events";
import { ratePeriod } from "./events/schedule";
import { LocalFunction } from "./lambda/function";
import { lambdaEnvironment } from "./lambda/environment";
import type { Log } from "./log";
import { allows } from "./policies";
import type { Provider } from "./program";
import { withoutSecrets } from "./program";
import { EventSourceMapping } from "./queue/event-source-mapping";
import { LocalQueue } from "./queue/queue";

export interface BodiesOptions {
  readonly region: string;
  /** For the database and the memory of schedules. */
  readonly folder: string;
  /** How many times as fast thresholds, schedules and queues run. */
  readonly speed: number;
  readonly log: Log;
  /** What arrives at a topic. */
  readonly onMessage: (topic: string, message: string) => void;
  /** Lets a test change what a resource is made with. */
  readonly transform: (type: string, name: string, inputs: Inputs) => Inputs;
}

type Inputs = Record<string, unknown>;
type State = Record<string, unknown>;

/** Resources that need no body here: others carry what they say, or nobody asks on this machine. */
const inert = new Set([
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
]);

/** The bodies made so far, by the names of their resources. */
export class Bodies implements Provider {
  readonly queues = new Map<string, LocalQueue>();
  readonly functions = new Map<string, LocalFunction>();
  readonly rules = new Map<string, Rule>();
  readonly mappings: EventSourceMapping[] = [];
  readonly buses: EventBus[];
  readonly endpoint: PutEventsEndpoint;
  database: DatabaseServer | undefined;
  /** What fails while everything is ended is no news. */
  isStopping = false;
  readonly #options: BodiesOptions;
  /** By role name: the JSON of its policies. */
  readonly #rolePolicies = new Map<string, string[]>();
  /** By function name: ARNs of the rules that may invoke it. */
  readonly #invokers = new Map<string, string[]>();
  readonly #topics = new Map<string, string>();

  constructor(options: BodiesOptions) {
    this.#options = options;
    this.buses = [new EventBus("default", this.#arn("events", "event-bus/default"))];
    this.endpoint = new PutEventsEndpoint({
      findBus: (nameOrArn) => this.buses.find((bus) => [bus.name, bus.arn].includes(nameOrArn)),
      isAllowed: (role, bus, { Source = "", DetailType = "" }) =>
        (this.#rolePolicies.get(role) ?? []).some((policy) =>
          allows(policy, "events:PutEvents", bus.arn, {
            "events:source": Source,
            "events:detail-type": DetailType,
          }),
        ),
      place: { account: accountId, region: options.region },
    });
  }

  invoke(token: string, inputs: Inputs): Promise<State> {
    return Promise.resolve().then(() => answerOf(this.#options.region, token, inputs));
  }

  async create({ type, name, inputs: asked, custom }: Parameters<Provider["create"]>[0]) {
    if (!custom && type.startsWith("edp-monitor:")) return { state: asked };
    const inputs = this.#options.transform(type, name, withoutSecrets(asked) as Inputs);
    const added = await this.#body(type, name, inputs);
    return { id: `${name}-local`, state: { ...inputs, ...added } };
  }

  /** Makes the body and returns what the resource's outputs have beside its inputs. */
  async #body(type: string, name: string, inputs: Inputs): Promise<State> {
    if (inert.has(type)) return { name, arn: this.#arn(type.split(":")[1]!.split("/")[0]!, name) };
    switch (type) {
      case "awsx:ec2:Vpc":
        return { vpcId: "vpc-local", privateSubnetIds: ["subnet-local-a", "subnet-local-b"] };
      case "random:index/randomPassword:RandomPassword":
        return { result: randomBytes(30).toString("base64url").replace(/[-_]/g, "x") };
      case "random:index/randomId:RandomId":
        return { hex: randomBytes(Number(inputs["byteLength"])).toString("hex") };
      case "aws:rds/instance:Instance":
        return this.#createDatabase(name, inputs);
      case "aws:iam/role:Role":
        this.#rolePolicies.set(name, []);
        return { name, arn: `arn:${partition}:iam::${accountId}:role/${name}` };
      case "aws:iam/rolePolicy:RolePolicy":
        this.#rolePolicies.get(String(inputs["role"]))?.push(String(inputs["policy"]));
        return {};
      case "aws:lambda/function:Function":
        return this.#createFunction(name, inputs);
      case "aws:lambda/invocation:Invocation":
        return this.#invokeFunction(inputs);
      case "aws:lambda/permission:Permission":
        this.#allowInvoker(inputs);
        return {};
      case "aws:lambda/eventSourceMapping:EventSourceMapping":
        this.#createMapping(name, inputs);
        return {};
      case "aws:sqs/queue:Queue":
        return this.#createQueue(name, inputs);
      case "aws:sqs/queuePolicy:QueuePolicy":
        this.#queueByUrl(String(inputs["queueUrl"])).policy = String(inputs["policy"]);
        return {};
      case "aws:cloudwatch/eventBus:EventBus":
        return this.#createBus(name);
      case "aws:cloudwatch/eventRule:EventRule":
        return this.#createRule(name, inputs);
      case "aws:cloudwatch/eventTarget:EventTarget":
        this.#addTarget(name, inputs);
        return {};
      case "aws:sns/topic:Topic": {
        const arn = this.#arn("sns", name);
        this.#topics.set(arn, name);
        return { arn };
      }
      default:
        throw new Error(
          `the local stack has no body for ${type} (${name}): it knows what EdpMonitor uses, and is no AWS`,
        );
    }
  }

  async #createDatabase(name: string, inputs: Inputs): Promise<State> {
    const database = await DatabaseServer.create({
      folder: path.join(this.#options.folder, name),
      master: { user: String(inputs["username"]), password: String(inputs["password"]) },
      database: String(inputs["dbName"]),
      iamAuthentication: inputs["iamDatabaseAuthenticationEnabled"] === true,
    });
    this.database = database;
    const { host, port } = database;
    // The program's port is RDS's; here another server may have it.
    return { address: host, port, endpoint: `${host}:${port}`, resourceId: `db-${name}` };
  }

  async #createFunction(name: string, inputs: Inputs): Promise<State> {
    const { region, log, speed } = this.#options;
    const code = await (inputs["code"] as { path: string | Promise<string> }).path;
    const variables =
      (inputs["environment"] as { variables?: Record<string, string> }).variables ?? {};
    const memoryMegabytes = Number(inputs["memorySize"]);
    const arn = this.#arn("lambda", `function:${name}`);
    const [file = ""] = String(inputs["handler"]).split(".");
    const spec = {
      name,
      code,
      environment: lambdaEnvironment({
        name,
        region,
        // A role stands for its credentials, so that the endpoint knows whose policies count.
        accessKey: String(inputs["role"]).split("/").at(-1)!,
        code,
        handler: `${file}.${String(inputs["handler"]).split(".")[1] ?? ""}`,
        memoryMegabytes,
        variables,
        speed,
        endpointUrl: this.endpoint.url,
        database: this.database,
      }),
      memoryMegabytes,
      timeoutSeconds: Number(inputs["timeout"]),
      onLine: (line: string) => log(logLineOf(name, line)),
    };
    this.functions.set(name, new LocalFunction(arn, spec));
    return { name, arn };
  }

  async #invokeFunction(inputs: Inputs): Promise<State> {
    const target = this.#function(String(inputs["functionName"]));
    return { result: JSON.stringify(await target.invoke(JSON.parse(String(inputs["input"])))) };
  }

  #allowInvoker(inputs: Inputs): void {
    const name = String(inputs["function"]);
    const known = this.#invokers.get(name) ?? [];
    this.#invokers.set(name, [...known, String(inputs["sourceArn"])]);
  }

  #createMapping(name: string, inputs: Inputs): void {
    const queue = this.#queueByArn(String(inputs["eventSourceArn"]));
    const scaling = (inputs["scalingConfig"] ?? {}) as { maximumConcurrency?: number };
    const types = (inputs["functionResponseTypes"] ?? []) as string[];
    this.mappings.push(
      new EventSourceMapping(
        queue,
        this.#function(String(inputs["functionName"])),
        {
          batchSize: Number(inputs["batchSize"] ?? 10),
          windowSeconds:
            Number(inputs["maximumBatchingWindowInSeconds"] ?? 0) / this.#options.speed,
          maximumConcurrency: scaling.maximumConcurrency ?? 1000,
          reportsFailures: types.includes("ReportBatchItemFailures"),
        },
        (error) => this.#failed(name, error),
      ),
    );
  }

  #createQueue(name: string, inputs: Inputs): State {
    const redrive = JSON.parse((inputs["redrivePolicy"] as string | undefined) ?? "null") as {
      deadLetterTargetArn: string;
      maxReceiveCount: number;
    } | null;
    const arn = this.#arn("sqs", name);
    const url = `https://sqs.${this.#options.region}.amazonaws.com/${accountId}/${name}`;
    const { speed } = this.#options;
    const spec = {
      arn,
      url,
      visibilitySeconds: Number(inputs["visibilityTimeoutSeconds"] ?? 30) / speed,
      retentionSeconds: Number(inputs["messageRetentionSeconds"] ?? 345_600) / speed,
      ...(redrive === null ? {} : { redrive }),
    };
    const deadLetters = () => redrive && this.#queueByArn(redrive.deadLetterTargetArn);
    this.queues.set(name, new LocalQueue(spec, () => deadLetters() ?? undefined));
    return { name, arn, url };
  }

  #createBus(name: string): State {
    return { name, arn: this.#addBus(name).arn };
  }

  #addBus(name: string): EventBus {
    const bus = new EventBus(name, this.#arn("events", `event-bus/${name}`));
    this.buses.push(bus);
    return bus;
  }

  #createRule(name: string, inputs: Inputs): State {
    const busName = (inputs["eventBusName"] as string | undefined) ?? "default";
    const arn = this.#arn(
      "events",
      busName === "default" ? `rule/${name}` : `rule/${busName}/${name}`,
    );
    const { eventPattern, scheduleExpression } = inputs as {
      eventPattern?: string;
      scheduleExpression?: string;
    };
    if (scheduleExpression !== undefined) ratePeriod(scheduleExpression); // refused here, not later
    const rule = new Rule(name, arn, {
      ...(eventPattern === undefined ? {} : { eventPattern }),
      ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
    });
    // One that the program does not make exists already: it is the user's.
    const bus = this.buses.find((one) => one.name === busName) ?? this.#addBus(busName);
    bus.addRule(rule);
    this.rules.set(name, rule);
    return { name, arn };
  }

  #addTarget(name: string, inputs: Inputs): void {
    for (const unknown of ["inputTransformer", "inputPath"]) {
      if (inputs[unknown] !== undefined) {
        throw new Error(`target ${name} uses ${unknown}, which the local stack does not know`);
      }
    }
    const rule = this.rules.get(String(inputs["rule"]));
    if (!rule)
      throw new Error(
        `target ${name} names the rule ${String(inputs["rule"])}, which does not exist`,
      );
    const arn = String(inputs["arn"]);
    const input = inputs["input"] as string | undefined;
    const deliver = this.#delivery(rule, arn);
    rule.addTarget({ arn, deliver: (body) => deliver(input ?? body) });
  }

  /** How events of a rule get to a target; what it may not reach is said and lost, as in AWS. */
  #delivery(rule: Rule, arn: string): (body: string) => void {
    const refused = (why: string) => {
      this.#options.log({
        level: "error",
        from: rule.name,
        text: `FailedInvocations: ${arn} does not take its events, ${why}`,
      });
    };
    const queue = [...this.queues.values()].find((one) => one.spec.arn === arn);
    if (queue) {
      return (body) => {
        const context = { "aws:SourceArn": rule.arn, "aws:SecureTransport": "true" };
        if (allows(queue.policy, "sqs:SendMessage", arn, context)) queue.send(body);
        else refused("its policy does not admit the rule");
      };
    }
    const lambda = [...this.functions.values()].find((one) => one.arn === arn);
    if (lambda) {
      return (body) => {
        if (this.#invokers.get(lambda.spec.name)?.includes(rule.arn) !== true) {
          refused("no permission names the rule");
          return;
        }
        lambda
          .invoke(JSON.parse(body))
          .catch((error: unknown) => this.#failed(lambda.spec.name, error));
      };
    }
    const topic = this.#topics.get(arn);
    if (topic !== undefined) return (body) => this.#options.onMessage(topic, body);
    throw new Error(`rule ${rule.name} has the target ${arn}, which the local stack does not know`);
  }

  #failed(name: string, error: unknown): void {
    if (this.isStopping) return;
    this.#options.log({ level: "error", from: name, text: String(error) });
  }

  #function(name: string): LocalFunction {
    const found = [...this.functions.values()].find((one) =>
      [one.spec.name, one.arn].includes(name),
    );
    if (!found) throw new Error(`there is no function ${name}`);
    return found;
  }

  #queueByArn(arn: string): LocalQueue {
    return this.#queue(arn, ({ spec }) => spec.arn === arn);
  }

  #queueByUrl(url: string): LocalQueue {
    return this.#queue(url, ({ spec }) => spec.url === url);
  }

  #queue(wanted: string, isIt: (queue: LocalQueue) => boolean): LocalQueue {
    const found = [...this.queues.values()].find(isIt);
    if (!found) throw new Error(`there is no queue ${wanted}`);
    return found;
  }

  #arn(service: string, resource: string): string {
    return arnOf(this.#options.region, service, resource);
  }
}

/** Levels of the logger that are shown. */
const levels: Record<string, "warn" | "error" | undefined> = {
  WARN: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** A Lambda's line: JSON of its logger, or text of the runtime. */
function logLineOf(from: string, line: string): Parameters<Log>[0] {
  try {
    const { level } = JSON.parse(line) as { level?: string };
    return { level: levels[level ?? ""] ?? "info", from, text: line };
  } catch {
    return { level: /error/i.test(line) ? "error" : "info", from, text: line };
  }
}
