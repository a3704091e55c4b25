import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { AgentWorld, WorldNode } from "./agent-world.ts";

const ENTRIES = {
  run: fileURLToPath(new URL("./agent-entry.ts", import.meta.url)),
  collector: fileURLToPath(new URL("./collector-entry.ts", import.meta.url)),
};

export interface AgentProcessOptions {
  readonly journal?: string;
  readonly rpcUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it is; an agent when absent. */
  readonly command?: keyof typeof ENTRIES;
}

/** An agent, or a collector, as a real process. */
export class AgentProcess {
  /** Everything it printed on standard output, line by line. */
  readonly lines: string[] = [];
  /** Everything it logged on standard error. */
  readonly logs: string[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;

  constructor(world: AgentWorld, node: Pick<WorldNode, "id" | "wallet">, options: AgentProcessOptions = {}) {
    const { journal, rpcUrl, env = {}, command = "run" } = options;
    this.#child = spawn(process.execPath, [ENTRIES[command]], {
      env: {
        ...process.env,
        COREX_DEPLOYMENT: world.deploymentFile,
        COREX_PRIVATE_KEY: node.wallet.privateKey,
        COREX_STORE: world.store.root,
        COREX_JOURNAL: journal ?? join(world.folder, `node-${node.id}.sqlite`),
        COREX_RPC_URL: rpcUrl ?? world.chain.rpcUrl,
        COREX_POLL_MS: "200",
        COREX_GRACE_MS: "1000",
        COREX_SPREAD_MS: "1000",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = this.#child;
    if (stdout !== null) createInterface({ input: stdout }).on("line", (line) => this.lines.push(line));
    if (stderr !== null) createInterface({ input: stderr }).on("line", (line) => this.logs.push(line));
    this.ended = new Promise((resolve) => this.#child.once("close", (code, signal) => resolve({ code, signal })));
  }

  /** Whether it is gone, for whatever reason. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it in the ordinary way and returns how it ended. */
  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.kill("SIGTERM");
    return this.ended;
  }
}
