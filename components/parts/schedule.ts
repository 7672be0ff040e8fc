/** EventBridge's words for a period; it knows whole minutes only. */
export function everyPeriod(seconds: number): string {
  const minutes = seconds / 60;
  return `rate(${minutes} minute${minutes === 1 ? "" : "s"})`;
}
