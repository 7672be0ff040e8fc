/** The message of what the promise rejects with. Throws when it does not reject. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`did not reject, but gave ${JSON.stringify(value)}`);
}
