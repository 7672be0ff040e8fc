export { PageFeed } from "./feed";
export { PageServer, type PageServerOptions } from "./server";
export { stationsOf } from "./stations";
