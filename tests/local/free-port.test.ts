import { once } from "node:events";
import * as net from "node:net";
import { expect } from "chai";
import { freePort } from "../../local/free-port";

describe("a free port", () => {
  it("is the wanted one, or another where that is taken", async () => {
    const port = await freePort();
    const server = net.createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    expect(await freePort(port)).to.not.equal(port);
    server.close();
    await once(server, "close");
    expect(await freePort(port)).to.equal(port);
  });
});
