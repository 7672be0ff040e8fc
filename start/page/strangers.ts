import type * as http from "node:http";
import { say, type PageHandler } from "./requests";

/** The one address that the page has. */
export const address = "127.0.0.1";

/** Nothing comes from elsewhere, and nobody frames the page. */
const securityHeaders = new Headers({
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
});

/** Goes before everything: no answer is without the headers, and strangers get no other one. */
export const forThePageOnly: PageHandler = async (c, next) => {
  const { incoming, outgoing } = c.env;
  outgoing.setHeaders(securityHeaders);
  const port = incoming.socket.localPort!;
  const stranger = strangerOf(incoming, port);
  if (stranger === undefined) return next();
  return say(c, 403, `this page is for http://${address}:${port} only, and not for ${stranger}`);
};

/**
 * Who asks, when it is not the page itself: another name for this address (DNS rebinding), or another
 * page of the browser. Programs other than browsers send no origin.
 */
function strangerOf({ headers }: http.IncomingMessage, port: number): string | undefined {
  // Browsers leave out HTTP's own port.
  const suffix = port === 80 ? "" : `:${port}`;
  const hosts = [`${address}${suffix}`, `localhost${suffix}`];
  const { host = "", origin } = headers;
  if (!hosts.includes(host)) return `the host ${JSON.stringify(host)}`;
  if (origin !== undefined && !hosts.some((one) => origin === `http://${one}`)) {
    return `the origin ${JSON.stringify(origin)}`;
  }
  const site = headers["sec-fetch-site"];
  const isNavigation = headers["sec-fetch-mode"] === "navigate" && site !== undefined;
  if (site !== undefined && !["same-origin", "none"].includes(site) && !isNavigation) {
    return `a page of another site`;
  }
  return undefined;
}
