import { type ChildProcess, fork } from "node:child_process";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { CIRCOM_FLAGS, circomPackageVersion } from "../../../scripts/circuits/lib/circom.ts";
import { sha256 } from "../../../scripts/circuits/lib/sha256.ts";
import { ALL_INSTANCES } from "../support/instances.ts";
import type { Mutant } from "./mutants.ts";
import { readSources } from "./variant.ts";
import { closureOf, instancesOf, type Verdict } from "./verdict.ts";

const ROOT = repositoryRoot();
const CACHE = join(ROOT, ".cache/circuit-mutation.jsonl");
const WORKER = join(import.meta.dirname, "worker.ts");
/** A mutant that takes longer made a loop endless. */
const LIMIT_MS = 180_000;

export interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/**
 * Judges mutants in several processes. Verdicts are kept by the content of everything that they follow from, so that an
 * interrupted run goes on where it stopped.
 */
export async function judgeAll(
  mutants: readonly Mutant[],
  jobs: number,
  progress: (judged: Judged) => void,
): Promise<Judged[]> {
  const cache = readCache();
  const keyOf = keys();
  const results: Judged[] = [];
  const open: Mutant[] = [];
  for (const mutant of mutants) {
    const verdict = cache.get(keyOf(mutant));
    if (verdict === undefined) open.push(mutant);
    else results.push({ mutant, verdict });
  }
  mkdirSync(dirname(CACHE), { recursive: true });
  const drain = async (): Promise<void> => {
    let worker = fork(WORKER);
    for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
      const verdict = await ask(worker, mutant);
      if (verdict === undefined) worker = fork(WORKER);
      const known: Verdict = verdict ?? { kind: "killed", by: "", how: `no end within ${LIMIT_MS / 1000} s` };
      appendFileSync(CACHE, `${JSON.stringify({ key: keyOf(mutant), verdict: known })}\n`);
      const judged = { mutant, verdict: known };
      results.push(judged);
      progress(judged);
    }
    worker.kill();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, open.length) }, drain));
  return results;
}

/** The verdict of a worker; undefined when it does not come in time. */
function ask(worker: ChildProcess, mutant: Mutant): Promise<Verdict | undefined> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
    };
    const timer = setTimeout(() => {
      done();
      worker.kill("SIGKILL");
      resolve(undefined);
    }, LIMIT_MS);
    worker.once("message", (answer: { verdict?: Verdict; error?: string }) => {
      done();
      if (answer.verdict === undefined) reject(new Error(`${mutant.file}:${mutant.line}: ${answer.error ?? ""}`));
      else resolve(answer.verdict);
    });
    worker.once("exit", (code) => {
      done();
      reject(new Error(`a worker ended with exit code ${code} at ${mutant.file}:${mutant.line}: ${mutant.becomes}`));
    });
    worker.send(mutant);
  });
}

function readCache(): Map<string, Verdict> {
  const lines = existsSync(CACHE) ? readFileSync(CACHE, "utf8").trim().split("\n") : [];
  return new Map(
    lines.flatMap((line): [string, Verdict][] => {
      if (line === "") return [];
      const { key, verdict } = JSON.parse(line) as { key: string; verdict: Verdict };
      return [[key, verdict]];
    }),
  );
}

/** A function from a mutant to the hash of its text, the sources beside it, the vectors, the judges and the compiler. */
function keys(): (mutant: Mutant) => string {
  const sources = readSources();
  const code = globSync("test/circuits/{mutation,support}/*", { cwd: ROOT }).toSorted();
  const judges = sha256(code.map((file) => sha256(readFileSync(join(ROOT, file)))).join());
  const surroundings = new Map<string, string>();
  const around = (file: string): string => {
    const names = instancesOf(file).flatMap((name) => [...closureOf(ALL_INSTANCES[name]?.file ?? "", sources)]);
    const texts = [...new Set(names)].toSorted().map((name) => sha256(sources.get(`${name}.circom`) ?? ""));
    return sha256([judges, circomPackageVersion(), ...CIRCOM_FLAGS, ...texts].join());
  };
  return ({ file, source }) => {
    const known = surroundings.get(file) ?? around(file);
    surroundings.set(file, known);
    return sha256(known + sha256(source));
  };
}
