import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";

import { roundPlace } from "@corex/sdk/task/round-fragment";

/** Stages of a fragment as the agents log them, in order. */
const STAGES = ["assigned", "computed", "proved", "submitted", "settled"] as const;
type Stage = (typeof STAGES)[number];

interface FragmentLine {
  readonly event: "fragment";
  readonly stage: Stage;
  readonly task: string;
  /** Of a task of chains. */
  readonly chain?: number;
  readonly step?: number;
  /** Of a task of rounds. */
  readonly fragment?: number;
  readonly round?: number;
}

interface Running {
  readonly node: string;
  readonly at: Partial<Record<Stage, number>>;
}

/**
 * Live progress of a task from the agents' logs: a line per settled fragment with the time of each stage, and on a
 * terminal a line that says what every chain is doing now.
 */
export class Board {
  readonly #labels: readonly string[];
  readonly #fragments: number | undefined;
  readonly #started = Date.now();
  readonly #running = new Map<string, Running>();
  readonly #live = process.stdout.isTTY;
  #task = "";
  #settled = 0;
  #settledOfTask = 0;

  /** @param fragments how many there will be in all, if that is known. */
  constructor(labels: readonly string[], fragments?: number) {
    this.#labels = labels;
    this.#fragments = fragments;
  }

  /** Only this task's fragments are shown. */
  watch(task: string): void {
    this.#task = task;
    this.#settledOfTask = 0;
    this.#running.clear();
  }

  /** Takes one line that the agent `node` printed; lines that are no fragment event are none of the board's business. */
  read(node: string, line: string): void {
    const event = parse(line);
    if (event === undefined || event.task !== this.#task) return;
    const name = this.#nameOf(event);
    const known = this.#running.get(name);
    const at = known?.node === node ? known.at : {};
    at[event.stage] ??= Date.now();
    this.#running.set(name, { node, at });
    if (event.stage === "settled") {
      this.#running.delete(name);
      this.#settled += 1;
      this.#settledOfTask += 1;
      this.#print(this.#settledLine(name, node, at));
    }
    this.#status();
  }

  /** Waits until the agents reported every fragment of the task, or for `timeoutMs`: they see the chain a moment late. */
  async finish(fragments: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.#settledOfTask < fragments && Date.now() < deadline) await sleep(100);
    this.end();
  }

  /** Ends the live line. */
  end(): void {
    if (this.#live) process.stdout.write("\r\x1b[2K");
  }

  /** What people call a fragment, in columns. */
  #nameOf({ chain = 0, step = 0, fragment, round = 0 }: FragmentLine): string {
    if (fragment === undefined) {
      return `${(this.#labels[chain] ?? `chain ${chain}`).padEnd(10)} step ${String(step).padStart(2)}`;
    }
    const place = roundPlace(fragment);
    if (place.kind === "evaluation") return `${"held-out".padEnd(10)} shard ${place.shard}`;
    return `${`round ${round}`.padEnd(10)} ${(place.kind === "apply" ? "step" : `lane ${place.lane}`).padEnd(7)}`;
  }

  #settledLine(name: string, node: string, at: Running["at"]): string {
    const start = at.assigned ?? this.#started;
    const since = (stage: Stage) => (at[stage] === undefined ? "" : `+${((at[stage] - start) / 1000).toFixed(1)}s`);
    const total = this.#fragments === undefined ? "" : `/${this.#fragments}`;
    const count = `${String(this.#settled).padStart(3)}${total}`;
    const stages = STAGES.slice(1, 4).map((stage) => `${stage} ${since(stage)}`);
    return `  ${count}  ${name}  ${node}  assigned, ${stages.join(", ")}, verified and paid ${since("settled")}`;
  }

  #print(line: string): void {
    this.end();
    process.stdout.write(`${line}\n`);
  }

  #status(): void {
    if (!this.#live) return;
    const now = [...this.#running].map(([name, { node, at }]) => {
      const stage = STAGES.findLast((reached) => at[reached] !== undefined) ?? "assigned";
      return `${name.replaceAll(/ +/g, " ").trim()}: ${stage} by ${node}`;
    });
    const elapsed = ((Date.now() - this.#started) / 1000).toFixed(0);
    const text = `  ${elapsed}s  ${now.join("  |  ")}`.slice(0, (process.stdout.columns || 80) - 1);
    process.stdout.write(`\r\x1b[2K${styleText("dim", text)}`);
  }
}

function parse(line: string): FragmentLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line) as Partial<FragmentLine>;
    if (value.event !== "fragment" || !STAGES.some((stage) => stage === value.stage)) return undefined;
    return value as FragmentLine;
  } catch {
    return undefined;
  }
}
