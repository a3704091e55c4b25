// Compiles circuits of circuits/circuits.json to circuits/build, skipping what is up to date.
//
// node scripts/circuits/compile.ts [CIRCUIT]...
//
// CIRCUIT  these alone, such as linear-step-16x16; all without it
import { readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { ensureCompiled } from "./lib/ensure-compiled.ts";

const { circuits } = readManifest();
const asked = process.argv.slice(2);
const unknown = asked.find((key) => !(key in circuits));
if (unknown !== undefined) {
  console.error(`no circuit "${unknown}" in circuits.json; known: ${Object.keys(circuits).join(", ")}`);
  process.exit(1);
}
for (const [key, entry] of Object.entries(circuits)) {
  if (asked.length > 0 && !asked.includes(key)) continue;
  const started = performance.now();
  const { compiled } = ensureCompiled(key, entry);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(compiled ? `${key}: compiled in ${seconds} s` : `${key}: up to date`);
}
