/** The dashboard's own help: what a zero or no data means, and what to do. Markdown. */
export function dashboardText(bucketName: string): string {
  return `# EDP Monitor of ${bucketName}
Of SNS and EventBridge **no data** is a zero: AWS sends these metrics only when there was something to count. Elsewhere it means that nobody was there to count. Alarms and metrics in full: \`docs/observability.md\`.

| pane | what you see | what it means, what to do |
| --- | --- | --- |
| EDP event bus topic | no data or zero | Nothing was announced. With files written in this time, go on with the next pane |
| S3 EventBridge rule | Invocations: no data or zero | The bucket does not send its events to EventBridge: run the output \`enableEventBridgeCommand\` |
| | TriggeredRules: no data or zero | The rule was not made, or does not match: \`pulumi refresh\`, \`pulumi up\`; every key may be ignored (\`bucketIgnorePrefixes\`) |
| | FailedInvocations: above zero | EventBridge may not write into the queue: its policy was changed. The events wait in \`undelivered-object-events\` |
| Store in DB lambda | errors | Its log says why. The messages come back, 1,000 times in 28 hours or more; then they wait in \`dead-letters\`, until 14 days after they were sent |
| Emit event lambda | errors | Its log says why. Nothing is announced meanwhile, and nothing is lost |
| Object events | rejected: above zero | A message cannot be processed: the saved query \`rejected\` says why. Its neighbours are stored |
| Heartbeat age | above 150 s, or no data | The pipeline is behind: duration triggers are held, and after some minutes its alarm goes off. Look at the queue, then at both Lambdas |
`;
}
