import { allows } from "../policies";
import type { Inputs, Resources, State } from "../resources";
import { Rule } from "./bus";
import { ratePeriod } from "./schedule";

/** The body of an event rule, on a bus of the program or on one that exists already. */
export function createRule(resources: Resources, name: string, inputs: Inputs): State {
  const {
    eventBusName = "default",
    eventPattern,
    scheduleExpression,
  } = inputs as {
    eventBusName?: string;
    eventPattern?: string;
    scheduleExpression?: string;
  };
  if (scheduleExpression !== undefined) ratePeriod(scheduleExpression); // refused here, not later
  const place = eventBusName === "default" ? "" : `${eventBusName}/`;
  const rule = new Rule(name, resources.arn("events", `rule/${place}${name}`), {
    ...(eventPattern === undefined ? {} : { eventPattern }),
    ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
  });
  const bus = resources.buses.find((one) => one.name === eventBusName);
  (bus ?? resources.addBus(eventBusName)).addRule(rule);
  resources.rules.set(name, rule);
  return { name, arn: rule.arn };
}

/** The body of a rule's target. Throws on what a target can do and the local stack cannot. */
export function createTarget(resources: Resources, name: string, inputs: Inputs): State {
  for (const unknown of ["inputTransformer", "inputPath"]) {
    if (inputs[unknown] !== undefined) {
      throw new Error(`target ${name} uses ${unknown}, which the local stack does not know`);
    }
  }
  const rule = resources.rule(String(inputs["rule"]));
  const arn = String(inputs["arn"]);
  const input = inputs["input"] as string | undefined;
  const deliver = deliveryTo(resources, rule, arn);
  rule.addTarget({ arn, deliver: (body) => deliver(input ?? body) });
  return {};
}

/** How events of a rule get to a target; what it may not reach is said and lost, as in AWS. */
function deliveryTo(resources: Resources, rule: Rule, arn: string): (body: string) => boolean {
  const refused = (why: string) => {
    resources.failed(rule.name, `FailedInvocations: ${arn} does not take its events, ${why}`);
    return false;
  };

  const queue = [...resources.queues.values()].find((one) => one.spec.arn === arn);
  if (queue) {
    return (body) => {
      const context = { "aws:SourceArn": rule.arn, "aws:SecureTransport": "true" };
      if (!allows([queue.policy], "sqs:SendMessage", arn, context)) {
        return refused("its policy does not admit the rule");
      }
      queue.send(body);
      return true;
    };
  }
  const lambda = [...resources.functions.values()].find((one) => one.arn === arn);
  if (lambda) {
    const { name } = lambda.spec;
    return (body) => {
      if (resources.invokers.get(name)?.includes(rule.arn) !== true) {
        return refused("no permission names the rule");
      }
      lambda.invoke(JSON.parse(body)).catch((error: unknown) => resources.failed(name, error));
      return true;
    };
  }
  const topic = resources.topics.get(arn);
  if (topic !== undefined) {
    return (body) => {
      resources.options.onMessage(topic, body);
      return true;
    };
  }
  throw new Error(`rule ${rule.name} has the target ${arn}, which the local stack does not know`);
}
