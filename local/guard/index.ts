export { Guard, type NotToStay } from "./guard";
export { cleanUpLeftover, foldersOfStacks } from "./leftovers";
