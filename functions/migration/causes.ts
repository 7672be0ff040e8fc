/** An error, what it was thrown for, and so on. */
export function causesOf(error: unknown): unknown[] {
  if (error === undefined || error === null) return [];
  return [error, ...causesOf((error as { cause?: unknown }).cause)];
}

/** Lambda returns only an error's message: what PostgreSQL said has to be in it. */
export function withCauses(error: unknown): Error {
  const messages = causesOf(error).map((one) => (one instanceof Error ? one.message : String(one)));
  return new Error(messages.join(": "), { cause: error });
}
