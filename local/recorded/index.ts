export { replay } from "./replay";
