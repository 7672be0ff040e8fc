/** A Lambda's environment: read once, at load, failing by name. */
export interface Environment {
  /** The variable's text. Throws when it is missing or empty. */
  string(name: string): string;
  /** The variable's text, which may be empty. Throws when it is missing. */
  text(name: string): string;
  /** A number above 0. Throws when it is missing or anything else. */
  number(name: string): number;
  /** A whole number from 0. Throws when it is missing or anything else. */
  wholeNumber(name: string): number;
  /** A number above 0, or undefined when the variable is missing. */
  optionalNumber(name: string): number | undefined;
}

/** Reads from `variables`, which is `process.env` in a Lambda. */
export function environmentOf(variables: Record<string, string | undefined>): Environment {
  const text = (name: string): string => {
    const value = variables[name];
    if (value === undefined) throw missing(name);
    return value;
  };
  const checked = (name: string, allowed: string, isAllowed: (value: number) => boolean) => {
    const given = text(name);
    const value = given.trim() === "" ? NaN : Number(given);
    if (isAllowed(value)) return value;
    throw new Error(
      `environment variable ${name} is ${JSON.stringify(given)}, allowed is ${allowed}: ` +
        "set it where the function is deployed",
    );
  };
  const number = (name: string) =>
    checked(name, "a number above 0", (value) => value > 0 && Number.isFinite(value));
  return {
    text,
    number,
    string: (name) => {
      const value = text(name);
      if (value === "") throw missing(name);
      return value;
    },
    wholeNumber: (name) =>
      checked(name, "a whole number from 0", (value) => value >= 0 && Number.isSafeInteger(value)),
    optionalNumber: (name) => (variables[name] === undefined ? undefined : number(name)),
  };
}

function missing(name: string): Error {
  return new Error(
    `environment variable ${name} is missing: set it where the function is deployed`,
  );
}
