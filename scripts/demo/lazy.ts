import type { Child } from "../lib/children.ts";

/** Fragments that the lazy node lets pass; then it works like the others. */
const NAPS = 2;

/** Beyond the deadline: the others take the fragment back a few seconds after it. */
const OVERSLEPT_MS = 12_000;

/**
 * Makes a node lazy: whenever it says that it has a fragment, its process is stopped until after the deadline. A real
 * process that really stands still, so everything the network does about it is real too.
 */
export class Lazybones {
  readonly #fragmentMs: number;
  #naps = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(fragmentSeconds: number) {
    this.#fragmentMs = fragmentSeconds * 1_000;
  }

  /** Takes a line that the node printed; sends its process to sleep when a fragment was assigned. */
  read(line: string, child: Child): void {
    if (this.#timer !== undefined || this.#naps === NAPS || !line.includes('"stage":"assigned"')) return;
    this.#naps += 1;
    child.signal("SIGSTOP");
    this.#timer = setTimeout(() => {
      child.signal("SIGCONT");
      this.#timer = undefined;
    }, this.#fragmentMs + OVERSLEPT_MS);
    this.#timer.unref();
  }
}
