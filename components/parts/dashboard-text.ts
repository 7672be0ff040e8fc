/** The dashboard's own help: what a zero means, and what to do. Markdown. */
export function dashboardText(bucketName: string): string {
  return `# EDP Monitor of ${bucketName}
A zero is a count; **no data** means that nobody was there to count. Alarms and metrics in full: \`docs/observability.md\`.

| pane | what you see | what it means, what to do |
| --- | --- | --- |
| EDP event bus topic | no data | Nothing was announced. With files written in this time, go on with the next pane |
| S3 EventBridge rule | Invocations zero | The bucket does not send its events to EventBridge: run the output \`enableEventBridgeCommand\` |
| | TriggeredRules zero | The rule was not made, or does not match: \`pulumi refresh\`, \`pulumi up\`; every key may be ignored (\`bucketIgnorePrefixes\`) |
| | FailedInvocations above zero | EventBridge may not write into the queue: its policy was changed. The events wait in \`undelivered-object-events\` |
| Store in DB lambda | errors | Its log says why. The messages come back; after 100 attempts they wait in \`dead-letters\` for 14 days |
| Emit event lambda | errors | Its log says why. Nothing is announced meanwhile, and nothing is lost |
| Heartbeat age | above 120 s, or no data | The pipeline is behind: duration triggers are held. Look at the queue, then at both Lambdas |
`;
}
