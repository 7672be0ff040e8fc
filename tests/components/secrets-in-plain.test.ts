// What a stack's state, or whoever may list the account's resources, shows in plain must not tell a word
// list when it has the master password.
import { createHash } from "node:crypto";
import { expect } from "chai";
import { lambdaBundle } from "../../components/parts/lambda-bundles";
import { isSecret, type Graph, type Provider } from "../../local/program";
import { fakeAws, monitorGraph } from "../../support/graph";

const chosen = "open-sesame-1";
const wordList = [
  "passw0rd",
  "letmein1",
  "hunter22",
  "correct-horse",
  "changeme",
  chosen,
  "qwertyui",
];

/** What stands in the state of a stack whose master password is `dbPassword`. */
async function stateOf(
  dbPassword: string | undefined,
  inputOf: (input: string) => string = (input) => input,
): Promise<string> {
  const aws = fakeAws();
  const made = new Map<string, Awaited<ReturnType<Provider["create"]>>>();
  const graph = await monitorGraph(dbPassword === undefined ? {} : { dbPassword }, {
    ...aws,
    create: async (resource) => {
      const { id, state } = await aws.create(resource);
      const one = resource.type.endsWith(":Invocation")
        ? { id: invocationId(resource.inputs, inputOf), state }
        : { ...(id !== undefined && { id }), state };
      made.set(`${resource.type} ${resource.name}`, one);
      return one;
    },
  });
  return plainState(graph, made);
}

/**
 * As the AWS provider makes it: function, qualifier, and MD5 of the payload, with commas between
 * (`flex.FlattenResourceId`; underscores in versions before).
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/invocation.go
 */
function invocationId(inputs: Record<string, unknown>, inputOf: (input: string) => string): string {
  const input = isSecret(inputs["input"]) ? inputs["input"].value : inputs["input"];
  const payload = inputOf(String(input));
  return `${String(inputs["functionName"])},$LATEST,${createHash("md5").update(payload).digest("hex")}`;
}

/** As the engine: an output is a secret where the input of its name is one, or the program says so. */
function plainState(
  { nodes, outputs, logs, invokes }: Graph,
  made: ReadonlyMap<string, Awaited<ReturnType<Provider["create"]>>>,
): string {
  const resources = nodes.map((node) => {
    const { id, state = {} } = made.get(`${node.type} ${node.name}`) ?? {};
    const hidden = ([key]: [string, unknown]) =>
      node.additionalSecretOutputs.includes(key) || hasSecret(node.inputs[key]);
    const shown = Object.entries(state).filter((entry) => !hidden(entry));
    return { ...node, id, state: Object.fromEntries(shown) };
  });
  return JSON.stringify({ resources, outputs, logs, invokes }, (_, value: unknown) =>
    isSecret(value) ? "secret" : value,
  );
}

function hasSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSecret);
}

/** Words that something in the state gives away, to somebody who knows the program. */
function guessed(state: string, words: readonly string[]): string[] {
  return words.filter((word) =>
    textsWith(word).some((text) => formsOf(text).some((form) => state.includes(form))),
  );
}

/** Texts of the program of which nothing but the password would be unknown. */
function textsWith(masterPassword: string): string[] {
  const request = {
    bundleHash: lambdaBundle("migration").hash,
    databaseResourceId: "db-edp-database",
    runtimeRole: "edp_runtime",
    masterPassword,
  };
  return [
    masterPassword,
    JSON.stringify(masterPassword),
    JSON.stringify(request),
    JSON.stringify({ ...request, salt: "" }),
    `${masterPassword}edp`, // as PostgreSQL's md5 passwords have it
    `edp:${masterPassword}`,
  ];
}

function formsOf(text: string): string[] {
  const hashes = ["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) =>
    (["hex", "base64", "base64url"] as const).map((encoding) =>
      createHash(algorithm).update(text).digest(encoding).replace(/=+$/, ""),
    ),
  );
  const codes = (["hex", "base64", "base64url"] as const).map((encoding) =>
    Buffer.from(text).toString(encoding).replace(/=+$/, ""),
  );
  return [text, JSON.stringify(text).slice(1, -1), ...hashes, ...codes];
}

describe("what is not encrypted", () => {
  it("does not tell a word list the password, whatever is hashed in it", async () => {
    const state = await stateOf(chosen);
    expect(state).to.match(/"id":"edp-migration,\$LATEST,[0-9a-f]{32}"/);
    expect(guessed(state, wordList)).to.deep.equal([]);
  });

  it("did so when the request had no salt", async () => {
    const withoutSalt = (input: string) => {
      const { salt, ...before } = JSON.parse(input) as Record<string, unknown>;
      expect(salt).to.equal("generated-edp-migration");
      return JSON.stringify(before);
    };
    expect(guessed(await stateOf(chosen, withoutSalt), wordList)).to.deep.equal([chosen]);
  });

  it("has neither the salt nor a generated password", async () => {
    const generated = ["generated-edp-migration", "generated-edp-database"];
    expect(guessed(await stateOf(chosen), generated)).to.deep.equal([]);
    expect(guessed(await stateOf(undefined), generated)).to.deep.equal([]);
  });

  it("is the same for every password, but for the Invocation's id", async () => {
    const withoutId = (state: string) => state.replace(/,\$LATEST,[0-9a-f]{32}/, "");
    expect(withoutId(await stateOf(chosen))).to.equal(withoutId(await stateOf("another-word")));
  });
});
