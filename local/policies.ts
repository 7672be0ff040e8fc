/** One statement of an IAM policy, as far as the program writes them. */
interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** What a call has for condition keys: a value, or all values of a key that IAM knows as an array. */
export type CallContext = Readonly<Record<string, string | readonly string[]>>;

/**
 * Whether policies (their JSON) allow an action on a resource, under these condition values. Throws on an
 * operator that it does not know.
 */
export function allows(
  policies: readonly (string | undefined)[],
  action: string,
  resource: string,
  context: CallContext,
): boolean {
  const statements = policies
    .filter((policy) => policy !== undefined)
    .flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  const speaking = statements.filter(
    (statement) =>
      listOf(statement.Action).some((pattern) => isLike(action, pattern)) &&
      listOf(statement.Resource ?? "*").some((pattern) => isLike(resource, pattern)) &&
      meets(statement.Condition ?? {}, context),
  );
  return (
    speaking.some(({ Effect }) => Effect === "Allow") &&
    !speaking.some(({ Effect }) => Effect === "Deny")
  );
}

type Got = CallContext[string] | undefined;

/** Whether what a call has for a key meets what a policy wants, by operator. */
const operators = new Map<string, (got: Got, wanted: readonly string[]) => boolean>([
  ["StringEquals", isOneOf],
  ["ArnEquals", isOneOf],
  ["Bool", isOneOf],
  // Met without a value too: only together with Null does it ask for one.
  [
    "ForAllValues:StringEquals",
    (got = [], wanted) => listOf(got).every((value) => wanted.includes(value)),
  ],
  ["Null", (got = [], wanted) => wanted.includes(String(got.length === 0))],
]);

/** An array needs a set operator: without one it is not met, whatever is in it. */
function isOneOf(got: Got, wanted: readonly string[]): boolean {
  return typeof got === "string" && wanted.includes(got);
}

/** Values of a key are OR'd, keys and operators AND'ed. */
function meets(
  condition: Record<string, Record<string, string | string[]>>,
  context: CallContext,
): boolean {
  return Object.entries(condition).every(([operator, keys]) => {
    const isMet = operators.get(operator);
    if (!isMet) throw new Error(`policy uses ${operator}, which the local stack does not know`);
    return Object.entries(keys).every(([key, wanted]) => isMet(context[key], listOf(wanted)));
  });
}

/** Whether a text is a pattern's, in which `*` stands for any characters. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[^\w*]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "s").test(text);
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
