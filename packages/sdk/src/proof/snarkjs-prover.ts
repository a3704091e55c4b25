import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Circuit } from "../circuits/manifest.ts";
import { CorexError } from "../errors.ts";
import { aborted, closed, crashed } from "./prover-errors.ts";
import type { CircuitInputs, Prover, ProofResult } from "./prover.ts";
import type { SnarkjsJob, SnarkjsReply } from "./snarkjs-worker.ts";

const WORKER = fileURLToPath(new URL("./snarkjs-worker.ts", import.meta.url));

/** How much of what the child printed last goes into the error of a crash. */
const STDERR_CHARACTERS = 500;

/**
 * Proves with snarkjs in a child process that is started once and reused; one proof at a time, others queue.
 *
 * A process and not a thread: snarkjs starts threads of its own, which it cannot do from inside one, and an exhausted
 * WebAssembly memory takes down the child only.
 */
export class SnarkjsProver implements Prover {
  readonly #workerPath: string;
  #child: ChildProcess | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #stderr = "";

  /** @param workerPath module to run in the child, replaced by tests. */
  constructor(workerPath: string = WORKER) {
    this.#workerPath = workerPath;
  }

  /** Process id of the child while it lives. */
  get workerPid(): number | undefined {
    return this.#child?.pid;
  }

  /** @inheritdoc */
  async prove(circuit: Circuit, inputs: CircuitInputs, signal?: AbortSignal): Promise<ProofResult> {
    const { wasm, zkey } = circuit;
    const result = this.#tail.then(async () => this.#run({ wasm, zkey, inputs }, signal));
    // The queue goes on after a failure, which belongs to its own caller.
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** @inheritdoc */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#kill();
    await this.#tail;
  }

  async #run(job: SnarkjsJob, signal: AbortSignal | undefined): Promise<ProofResult> {
    if (this.#closed) throw closed();
    if (signal?.aborted) throw aborted();

    const child = this.#start();
    const reply = await new Promise<SnarkjsReply>((resolve, reject) => {
      const settle = (action: () => void): void => {
        child.off("message", onMessage);
        child.off("exit", onExit);
        child.off("error", onError);
        signal?.removeEventListener("abort", onAbort);
        action();
      };
      const onMessage = (message: unknown): void => settle(() => resolve(message as SnarkjsReply));
      const onExit = (code: number | null, name: string | null): void =>
        settle(() =>
          reject(this.#closed ? closed() : crashed([name ?? `exit code ${code}`, this.#stderr].join(" ").trim())),
        );
      const onError = (error: Error): void => settle(() => reject(crashed(error.message)));
      const onAbort = (): void =>
        settle(() => {
          // snarkjs cannot be interrupted: the child goes, the next proof starts another one.
          void this.#kill();
          reject(aborted());
        });
      child.on("message", onMessage);
      child.on("exit", onExit);
      child.on("error", onError);
      signal?.addEventListener("abort", onAbort);
      child.send(job, (error) => {
        if (error !== null) onError(error);
      });
    });
    if ("error" in reply) {
      throw new CorexError(reply.error.code, reply.error.message, { retry: reply.error.retry });
    }
    return reply.result;
  }

  #start(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    // execArgv is cleared: loaders and debug ports of the parent are not the child's.
    const child = fork(this.#workerPath, {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    // Kept for the error of a crash; printed, it would only repeat what a rejected witness already says.
    this.#stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk.toString()}`.slice(-STDERR_CHARACTERS);
    });
    const forget = (): void => {
      if (this.#child === child) this.#child = undefined;
    };
    child.once("exit", forget);
    child.once("error", forget);
    this.#child = child;
    return child;
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    child.kill("SIGKILL");
    await exited;
  }
}
