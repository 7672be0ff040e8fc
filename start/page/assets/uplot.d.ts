// The server serves it under this name, as its package has it.
export { default } from "uplot";
