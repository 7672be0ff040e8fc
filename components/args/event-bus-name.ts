/** A bus as the user names it, taken apart. */
export interface EventBusName {
  readonly name: string;
  /** Where the bus is, when the user gave an ARN. */
  readonly home?: {
    readonly partition: string;
    readonly region: string;
    readonly accountId: string;
  };
}

const name = /^[A-Za-z0-9._/-]{1,256}$/;
const arn = /^arn:([a-z-]+):events:([a-z0-9-]+):(\d{12}):event-bus\/([A-Za-z0-9._/-]{1,256})$/;

/** Takes the name or ARN of an event bus apart; undefined when it is neither, or a partner's bus. */
export function parseEventBusName(text: string): EventBusName | undefined {
  const match = arn.exec(text);
  if (match) {
    const [, partition, region, accountId, busName] = match as unknown as string[];
    return {
      name: busName!,
      home: { partition: partition!, region: region!, accountId: accountId! },
    };
  }
  // Only partners put events on theirs.
  return name.test(text) && !text.startsWith("aws.partner/") ? { name: text } : undefined;
}

/** Whether the text is the ARN of a bus of the second kind, which has an API of its own. */
export function isSecondKindOfBus(text: string): boolean {
  return text.startsWith("arn:") && text.includes(":event-busv2/");
}
