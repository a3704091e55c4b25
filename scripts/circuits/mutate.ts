// Mutates every statement of every circuit source and judges each mutant by the soundness checks of test/circuits.
//
// node scripts/circuits/mutate.ts [--only FILE] [--jobs N]
//
// --only FILE  one source, by its name without extension; may be given several times
// --jobs N     processes, 2 unless given
//
// Exits 1 when a file has a kill rate below 95 %, or when a listed equivalent mutant does not exist or is killed.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { type Mutant, mutantsOf } from "../../test/circuits/mutation/mutants.ts";
import { type Judged, judgeAll } from "../../test/circuits/mutation/run.ts";
import { readSources } from "../../test/circuits/mutation/variant.ts";
import { instancesOf } from "../../test/circuits/mutation/verdict.ts";

/** A mutant that is no weaker than the original, with the reason why no check can tell. */
interface Equivalent {
  readonly file: string;
  readonly statement: string;
  readonly becomes: string;
  readonly reason: string;
}

const REQUIRED = 0.95;
const { values: options } = parseArgs({
  options: { only: { type: "string", multiple: true }, jobs: { type: "string", default: "2" } },
});
const equivalents = JSON.parse(
  readFileSync(join(repositoryRoot(), "circuits/equivalent-mutants.json"), "utf8"),
) as readonly Equivalent[];

const files = [...readSources().keys()]
  .map((name) => basename(name, ".circom"))
  .filter((file) => options.only === undefined || options.only.includes(file));
const covered = files.filter((file) => instancesOf(file).length > 0);
const mutants = covered.flatMap((file) => mutantsOf(file, readSources().get(`${file}.circom`) ?? ""));
console.log(`${mutants.length} mutants of ${covered.length} files`);

const started = performance.now();
let done = 0;
const judged = await judgeAll(mutants, Number(options.jobs), ({ mutant, verdict }) => {
  if (verdict.kind === "survived") console.log(`  survived: ${mutant.file}:${mutant.line}: ${mutant.becomes}`);
  if (++done % 50 === 0) console.log(`  ${done} judged in ${((performance.now() - started) / 1000).toFixed(0)} s`);
});
const problems = report(judged);
for (const file of files.filter((name) => !covered.includes(name))) console.log(`${file}: no instance includes it`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function report(results: readonly Judged[]): string[] {
  const problems: string[] = [];
  const totals = { killed: 0, judged: 0 };
  console.log("\n| file | mutants | do not compile | same constraints | equivalent | killed | survived | kill rate |");
  console.log("|---|---:|---:|---:|---:|---:|---:|---:|");
  for (const file of covered) {
    const own = results.filter(({ mutant }) => mutant.file === file);
    const count = (kind: Judged["verdict"]["kind"]): number =>
      own.filter(({ verdict }) => verdict.kind === kind).length;
    const survivors = own.filter(({ verdict }) => verdict.kind === "survived");
    const unexplained = survivors.filter(({ mutant }) => !equivalents.some((entry) => matches(entry, mutant)));
    const killed = count("killed");
    const relevant = killed + unexplained.length;
    totals.killed += killed;
    totals.judged += relevant;
    const rate = relevant === 0 ? 1 : killed / relevant;
    const cells = [own.length, count("rejected"), count("same"), survivors.length - unexplained.length, killed];
    console.log(`| ${file} | ${cells.join(" | ")} | ${unexplained.length} | ${(100 * rate).toFixed(1)} % |`);
    if (rate < REQUIRED) problems.push(`${file}: kill rate ${(100 * rate).toFixed(1)} %`);
    for (const { mutant } of unexplained) {
      console.error(`survived: ${file}:${mutant.line}: ${mutant.statement}  =>  ${mutant.becomes}`);
    }
    for (const entry of equivalents.filter((equivalent) => equivalent.file === file)) {
      if (!survivors.some(({ mutant }) => matches(entry, mutant))) {
        problems.push(
          `${file}: listed as equivalent, but it did not survive: ${entry.statement}  =>  ${entry.becomes}`,
        );
      }
    }
  }
  const rate = totals.judged === 0 ? 100 : (100 * totals.killed) / totals.judged;
  console.log(`\n${totals.killed} of ${totals.judged} killed: ${rate.toFixed(1)} %`);
  return problems;
}

function matches(entry: Equivalent, mutant: Mutant): boolean {
  return entry.file === mutant.file && entry.statement === mutant.statement && entry.becomes === mutant.becomes;
}
