export { LocalStack, type LocalStackOptions } from "./stack";
export { evaluate, isSecret, readStackConfig, withoutSecrets } from "./program";
export type { Graph, GraphNode, Provider, StackConfig } from "./program";
export type { Log, LogLine } from "./log";
