/** One statement of an IAM policy, as far as the program writes them. */
interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** Whether policies (their JSON) allow an action on a resource, under these condition values. */
export function allows(
  policies: readonly (string | undefined)[],
  action: string,
  resource: string,
  context: Readonly<Record<string, string>>,
): boolean {
  const statements = policies
    .filter((policy) => policy !== undefined)
    .flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  const speaking = statements.filter(
    (statement) =>
      listOf(statement.Action).includes(action) &&
      listOf(statement.Resource ?? "*").some((one) => one === "*" || one === resource) &&
      meets(statement.Condition ?? {}, context),
  );
  return (
    speaking.some(({ Effect }) => Effect === "Allow") &&
    !speaking.some(({ Effect }) => Effect === "Deny")
  );
}

/** Values of a key are OR'd, keys and operators AND'ed; a key without a value is not met. */
function meets(
  condition: Record<string, Record<string, string | string[]>>,
  context: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(condition).every(([operator, keys]) => {
    if (!["StringEquals", "ArnEquals", "Bool"].includes(operator)) {
      throw new Error(`policy uses ${operator}, which the local stack does not know`);
    }
    return Object.entries(keys).every(([key, wanted]) =>
      listOf(wanted).some((value) => context[key] === value),
    );
  });
}

function listOf(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
