export { readStackConfig, type StackConfig } from "./config";
export { evaluate, type Graph, type GraphNode, type Provider } from "./evaluate";
export { inOtherWords, typed, type Change } from "./refusal";
export { withMemory } from "./with-memory";
export { isSecret, withoutSecrets } from "./secrets";
