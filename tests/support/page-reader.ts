// Reads a page's feed as a browser would.
import * as http from "node:http";
import type { State, Tick } from "../../start/page/messages";
import { waitFor } from "../../support/wait-for";

export interface Heard {
  readonly type: string;
  readonly data: unknown;
}

export class PageReader {
  readonly heard: Heard[] = [];
  readonly #request: http.ClientRequest;
  #rest = "";

  constructor(url: string) {
    this.#request = http.get(`${url}/feed`, (response) => {
      response.setEncoding("utf8");
      response.on("data", (text: string) => this.#read(text));
    });
    this.#request.on("error", () => undefined);
  }

  async state(): Promise<State> {
    const found = await waitFor("the state", () => this.heard.find(({ type }) => type === "state"));
    return found.data as State;
  }

  /** The first look, from now on, that shows what is asked for. */
  async tick(what: string, isIt: (tick: Tick) => boolean): Promise<Tick> {
    const from = this.heard.length;
    const found = await waitFor(what, () =>
      this.heard.slice(from).find(({ type, data }) => type === "tick" && isIt(data as Tick)),
    );
    return found.data as Tick;
  }

  close(): void {
    this.#request.destroy();
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split("\n\n");
    this.#rest = messages.pop()!;
    for (const message of messages) {
      const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(message)!;
      this.heard.push({ type: type!, data: JSON.parse(data!) });
    }
  }
}
