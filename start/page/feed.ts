import type { Rule } from "../../local/events/bus";
import type { LogLine } from "../../local/log";
import type { LocalStack } from "../../local/stack";
import { DeadLetters } from "./dead-letters";
import { everyObjectEvent } from "./ignored";
import type { Arrived, Counts, Message, Pipeline, State, Tick } from "./messages";
import { MetricSums } from "./metric-sums";
import { OpenPrefixes } from "./open-prefixes";
import { readCounts, stationsOf, type Stations } from "./stations";
import { thresholdsOf } from "./thresholds";

const lookEveryMs = 1_000;
const historyLength = 300;
const announcementsKept = 200;

/** Gathers what the stack does, and tells it to every page that listens. */
export class PageFeed {
  readonly #metrics = new MetricSums();
  readonly #deadLetters = new DeadLetters();
  readonly #announcements: Arrived[] = [];
  readonly #history: Counts[] = [];
  readonly #listeners = new Set<(message: Message) => void>();
  #arrived = 0;
  #stack: LocalStack | undefined;
  #stations: Stations | undefined;
  #everyObjectEvent: Rule | undefined;
  #prefixes: OpenPrefixes | undefined;
  #tick: Tick | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  /** A line of the stack's log. */
  log({ text }: LogLine): void {
    this.#metrics.add(text);
    this.#deadLetters.add(text);
  }

  /** What arrived at the topic. */
  announced(message: string): void {
    const arrived = { at: Date.now(), event: JSON.parse(message) as Arrived["event"] };
    this.#arrived++;
    this.#announcements.push(arrived);
    if (this.#announcements.length > announcementsKept) this.#announcements.shift();
    this.#tell({ type: "announcement", data: arrived });
  }

  /** Begins to look at the stack; resolves after the first look. */
  async start(stack: LocalStack): Promise<void> {
    this.#stack = stack;
    this.#stations = stationsOf(stack);
    // One for all starts: what it counts is compared with what the program's own rule counts.
    this.#everyObjectEvent ??= everyObjectEvent(stack);
    this.#prefixes = new OpenPrefixes(stack.database);
    await this.#look();
    const again = () => {
      // A look that takes longer than its time must not meet the next.
      this.#looking = this.#look().finally(() => {
        if (this.#stack) this.#timer = setTimeout(again, lookEveryMs);
      });
    };
    this.#timer = setTimeout(again, lookEveryMs);
  }

  async stop(): Promise<void> {
    this.#stack = undefined;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#prefixes?.stop();
  }

  /** Tells it everything, then what is new; returns what ends that. */
  listen(listener: (message: Message) => void): () => void {
    listener({ type: "state", data: this.#state() });
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the pages that the thresholds are others now. */
  thresholdsChanged(): void {
    this.#tell({ type: "thresholds", data: thresholdsOf(this.#stations!.ingest) });
  }

  #state(): State {
    return {
      thresholds: thresholdsOf(this.#stations!.ingest),
      history: this.#history,
      announcements: this.#announcements,
      prefixes: this.#prefixes!.all(),
      tick: { ...this.#tick!, changed: [], gone: [] },
    };
  }

  async #look(): Promise<void> {
    const [stack, stations] = [this.#stack!, this.#stations!];
    // Without the database the counts go on, and what was open stays as it was.
    const changes = await this.#prefixes!.look().catch(() => undefined);
    const open = this.#prefixes!.count;
    const counts = readCounts(stations, this.#metrics, {
      everyObjectEvent: this.#everyObjectEvent!.counts.triggered,
      open,
      arrived: this.#arrived,
    });
    this.#history.push(counts);
    if (this.#history.length > historyLength) this.#history.shift();
    this.#tick = {
      counts,
      changed: changes?.changed ?? [],
      gone: changes?.gone ?? [],
      pipeline: changes?.pipeline ?? this.#tick?.pipeline ?? unknownPipeline,
      isDatabaseAway: changes === undefined,
      deadLetters: this.#deadLetters.list(stack.queues),
    };
    this.#tell({ type: "tick", data: this.#tick });
  }

  #tell(message: Message): void {
    this.#listeners.forEach((listener) => listener(message));
  }
}

const unknownPipeline: Pipeline = { behind: false, heldSeconds: 0, heartbeatAge: null };
