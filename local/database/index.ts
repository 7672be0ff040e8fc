export { DatabaseServer, type DatabaseServerOptions } from "./database-server";
