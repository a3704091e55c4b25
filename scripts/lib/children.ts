import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

export interface ChildOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Everything the child prints goes here. */
  readonly logFile: string;
  readonly onLine?: (line: string) => void;
}

/** A child process of this script: a Node program, its log, and its end. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** Resolves when it ended: null while a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Whether it was asked to stop. */
  readonly isStopping: () => boolean;
  /** Sends it a signal; does nothing once it ended. */
  signal(name: NodeJS.Signals): void;
  /** Asks it to stop and, after `graceMs`, kills it. */
  stop(graceMs?: number): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a Node program with the arguments of this very runtime. Children do not outlive this process. */
export function startChild({ name, args, env = {}, logFile, onLine }: ChildOptions): Child {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: "a" });
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      onLine?.(line);
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      log.end();
      resolve(code);
    });
    child.once("error", () => resolve(1));
  });
  let stopping = false;
  return {
    name,
    logFile,
    ended,
    isStopping: () => stopping,
    signal(name) {
      child.kill(name);
    },
    async stop(graceMs = 10_000) {
      stopping = true;
      child.kill("SIGTERM");
      // One that was stopped could not hear of it.
      child.kill("SIGCONT");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
