// Compiles every circuit of circuits/circuits.json to circuits/build, skipping what is up to date.
import { readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { ensureCompiled } from "./lib/ensure-compiled.ts";

const manifest = readManifest();
for (const [key, entry] of Object.entries(manifest.circuits)) {
  const started = performance.now();
  const { compiled } = ensureCompiled(key, entry);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(compiled ? `${key}: compiled in ${seconds} s` : `${key}: up to date`);
}
