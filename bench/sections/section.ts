import type { Section } from "../report/report";

export interface SectionOptions {
  /** Fewer rounds and a smaller ledger. */
  readonly quick: boolean;
  /** What is being done, for who waits. */
  readonly log: (text: string) => void;
}

export type RunSection = (options: SectionOptions) => Promise<Section>;
