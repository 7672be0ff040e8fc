export { readableLine } from "./log-text";
export { Output, type OutputOptions } from "./output";
export { Stop } from "./stop";
