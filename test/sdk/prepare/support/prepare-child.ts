// Child process of the memory test: prepares a table with standardisation and prints its peak memory in bytes.
// Arguments: format, input, folder of the store.
import { readFileSync } from "node:fs";

import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import { openStore } from "@corex/sdk/store/open-store";

import { recipe } from "./inputs.ts";

const [format = "", input = "", folder = ""] = process.argv.slice(2);
const table = recipe({ data: "table", format, target: "class", standardise: true });
const { manifest } = await prepareDataset(input, table, openStore(`dir:${folder}`));
process.stdout.write(JSON.stringify({ peak: peakMemory(), rows: manifest.counts.rows }));

/** Peak of this process alone: what the kernel counts for a child begins with the memory of the one that started it. */
function peakMemory(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}
