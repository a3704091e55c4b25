import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Groth16ProofJson } from "snarkjs";

import type { Circuit } from "../circuits/manifest.ts";
import { CorexError } from "../errors.ts";
import { aborted, closed } from "./prover-errors.ts";
import type { CircuitInputs, Prover, ProofResult } from "./prover.ts";
import { calculateWitness } from "./witness.ts";

const run = promisify(execFile);

/**
 * Proves with a native program that follows the command line of rapidsnark: `prover ZKEY WTNS PROOF PUBLIC`.
 *
 * The witness is secret: it goes to a private temporary directory that is removed afterwards.
 */
export class RapidsnarkProver implements Prover {
  readonly #binaryPath: string;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  /** @param binaryPath absolute path of the program. */
  constructor(binaryPath: string) {
    this.#binaryPath = binaryPath;
  }

  /** @inheritdoc */
  async prove(circuit: Circuit, inputs: CircuitInputs, signal?: AbortSignal): Promise<ProofResult> {
    const work = this.#prove(circuit, inputs, signal);
    const settled = work.catch(() => undefined);
    this.#running.add(settled);
    try {
      return await work;
    } finally {
      this.#running.delete(settled);
    }
  }

  /** @inheritdoc */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #prove(circuit: Circuit, inputs: CircuitInputs, signal: AbortSignal | undefined): Promise<ProofResult> {
    this.#requireRunning(signal);
    const witness = await calculateWitness(circuit, inputs);
    // mkdtemp makes a directory that only its owner can read.
    const directory = await mkdtemp(join(tmpdir(), "corex-proof-"));
    try {
      const [wtns, proof, publicSignals] = ["witness.wtns", "proof.json", "public.json"].map((name) =>
        join(directory, name),
      ) as [string, string, string];
      await writeFile(wtns, witness);
      await this.#execute([circuit.zkey, wtns, proof, publicSignals], signal);
      return {
        proof: await readJson<Groth16ProofJson>(proof),
        publicSignals: await readJson<string[]>(publicSignals),
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async #execute(args: string[], signal: AbortSignal | undefined): Promise<void> {
    this.#requireRunning(signal);
    const signals = signal === undefined ? [this.#stop.signal] : [this.#stop.signal, signal];
    try {
      await run(this.#binaryPath, args, { signal: AbortSignal.any(signals), killSignal: "SIGKILL" });
    } catch (cause) {
      this.#requireRunning(signal);
      const reason = cause instanceof Error ? cause.message.trim() : String(cause);
      // A missing or wrong program fails every time; one that was killed may not.
      const killed = cause instanceof Error && "signal" in cause && typeof cause.signal === "string";
      throw new CorexError(killed ? "PROVER_CRASHED" : "PROVER_FAILED", `${this.#binaryPath}: ${reason}`, {
        retry: killed ? "later" : "after-change",
        cause,
      });
    }
  }

  #requireRunning(signal: AbortSignal | undefined): void {
    if (this.#stop.signal.aborted) throw closed();
    if (signal?.aborted) throw aborted();
  }
}

async function readJson<T>(file: string): Promise<T> {
  // Some builds of rapidsnark end their files with a NUL byte.
  const text = (await readFile(file, "utf8")).replace(/\0+$/, "");
  return JSON.parse(text) as T;
}
