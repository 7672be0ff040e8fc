/**
 * What a target gets through an input transformer: EventBridge puts the variables into the template as they
 * are, texts between the template's own quotes without escaping them
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). Throws for a
 * variable that the event does not have.
 */
export function renderInput(
  { inputPaths, inputTemplate }: { inputPaths: Record<string, string>; inputTemplate: string },
  event: unknown,
): string {
  return inputTemplate.replace(/<([^<>]+)>/g, (_variable, name: string) => {
    const path = inputPaths[name];
    if (path === undefined) throw new Error(`the template has <${name}>, and no path for it`);
    const value = path
      .replace(/^\$\.?/, "")
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], event);
    if (typeof value !== "string") throw new Error(`the event has no text at ${path}`);
    return value;
  });
}
