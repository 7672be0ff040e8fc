import type { FaultKind } from "./process";

// As node-postgres gives them.

export function refused(): Error {
  return Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
}

export function terminated(): Error {
  return new Error("Connection terminated unexpectedly");
}

export function databaseError(code: FaultKind | "55P03", message: string): Error {
  return Object.assign(new Error(message), { code });
}
