import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";

import { loadCircuit, repositoryRoot } from "@corex/sdk/circuits/manifest";
import { CorexError } from "@corex/sdk/errors";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";

import { build } from "../lib/build.ts";
import { readOptions, USAGE, type DemoOptions } from "./options.ts";
import { ROUND_CIRCUITS } from "./round-circuits.ts";

const RUN = join(repositoryRoot(), ".corex/demo");

/** The demo: real data, real chain, real processes, real proofs. Exits 0 only when every figure was read back. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  requireFile(options);

  const hasScenes = options.scenes.length > 0 || options.governance;
  const plot = options.governance
    ? "how the DAO decides and takes over"
    : hasScenes
      ? "work that verifiers judge"
      : "train a model on chain, prove every step, pay for it";
  process.stdout.write(`${styleText("bold", "Corex demo")}: ${plot}\n\n`);
  const rounds = hasScenes || options.rounds === 0 ? [] : Object.values(ROUND_CIRCUITS);
  const circuits = [LINEAR_STEP_CIRCUIT, ...rounds];
  await build((line) => process.stdout.write(`${line}\n`), circuits);

  freshRun();

  // Imported late: these modules need the generated contract types.
  const folder = { run: RUN, store: join(RUN, "store") };
  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);
  if (options.scenes.length > 0) {
    const code = await (await import("./work/run.ts")).runScenes(options, folder, circuit);
    if (code !== 0 || !options.governance) return code;
    freshRun();
  }
  if (options.governance) return (await import("./governance/run.ts")).runGovernance(options, folder, circuit);
  return (await import("./run.ts")).runDemo(options, folder, circuit);
}

/** Forgets the last network. */
function freshRun(): void {
  rmSync(RUN, { recursive: true, force: true });
  rmSync(join(repositoryRoot(), "deploy/deployments/demo"), { recursive: true, force: true });
  mkdirSync(join(RUN, "store"), { recursive: true });
}

/** Checked before anything is built: a typing mistake should not cost a minute. */
function requireFile({ table }: DemoOptions): void {
  if (table !== undefined && !existsSync(table.file)) {
    throw new CorexError("DEMO_USAGE", `--data: there is no file ${table.file}`);
  }
}

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    const known = error instanceof CorexError;
    const text = known ? `${error.message} [${error.code}]` : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`\n${styleText("red", "The demo failed")}: ${text}\n`);
    if (known && error.code === "DEMO_USAGE") process.stderr.write(`\n${USAGE}\n`);
    else process.stderr.write(`Logs of every process: ${RUN}\n`);
    process.exit(1);
  });
