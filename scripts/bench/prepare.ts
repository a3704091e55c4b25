/**
 * Measures how fast data is prepared, beside a plain streaming read of the same file in the same run, and how much memory it
 * takes. Prints a Markdown table.
 *
 * `node scripts/bench/prepare.ts [megabytes]`: size of the CSV file, 1000 by default; the other inputs have a tenth of it.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, readdirSync, rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import { parseRecipe } from "@corex/sdk/data/prepare/parse-recipe";
import { openStore } from "@corex/sdk/store/open-store";

import { writeCsv, writeImages, writeParquet, writeText, writeVectors } from "./prepare-inputs.ts";

const MEGABYTE = 1_000_000;
const HEAP_MEGABYTES = 128;

interface Measurement {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--child") await measure(rest);
else await report(Number(first ?? 1000));

async function report(megabytes: number): Promise<void> {
  if (!(megabytes >= 10)) throw new RangeError("the size must be at least 10 megabytes");
  const folder = await mkdtemp(join(tmpdir(), "corex-bench-"));
  const small = (megabytes * MEGABYTE) / 10;
  const base = { kind: "corex/recipe", version: 1, seed: "bench" };
  const inputs = [
    {
      name: "CSV, 8 columns and a class, standardised",
      input: writeCsv(join(folder, "table.csv"), megabytes * MEGABYTE),
      recipe: { ...base, data: "table", format: "csv", target: "class", standardise: true },
    },
    {
      name: "Parquet, 8 columns, standardised",
      input: writeParquet(join(folder, "table.parquet"), small),
      recipe: { ...base, data: "table", format: "parquet", standardise: true },
    },
    {
      name: "vectors of 128 float32, standardised",
      input: writeVectors(join(folder, "vectors.f32"), small),
      recipe: { ...base, data: "vectors", format: "f32", width: 128, standardise: true },
    },
    {
      name: "text, slices of 1 KiB, 256 buckets",
      input: writeText(join(folder, "text.txt"), small),
      recipe: { ...base, data: "text", sliceBytes: 1024, buckets: 256 },
    },
    {
      name: "JPEG images, 512 x 512 to 64 x 64, 2 variants",
      input: await writeImages(join(folder, "images"), small / 4),
      recipe: { ...base, data: "images", width: 64, height: 64, colour: "rgb", variants: 2, cropMargin: 8, flip: true },
    },
  ];
  print("| input | MB | plain read, MB/s | preparation, MB/s | ratio | peak memory, MB |");
  print("|---|--:|--:|--:|--:|--:|");
  for (const { name, input, recipe } of inputs) {
    const plain = await readPlainly(input);
    const { seconds, peakMegabytes } = run(input, recipe, join(folder, "store"));
    const megabytesRead = plain.bytes / MEGABYTE;
    const [read, prepare] = [megabytesRead / plain.seconds, megabytesRead / seconds];
    const cells = [name, megabytesRead, read, prepare, read / prepare, peakMegabytes];
    print(`| ${cells.map((cell) => (typeof cell === "number" ? format(cell) : cell)).join(" | ")} |`);
    rmSync(join(folder, "store"), { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Each input has a process of its own, with a small heap: the memory is that of the preparation alone. */
function run(input: string, recipe: object, store: string): Measurement {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MEGABYTES}`, import.meta.filename, "--child", input, JSON.stringify(recipe), store],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measurement;
}

/** In this process: the buffers of a plain read would count as memory of the preparation. */
async function readPlainly(input: string): Promise<{ bytes: number; seconds: number }> {
  const started = performance.now();
  let bytes = 0;
  for (const file of filesOf(input)) {
    const stream: AsyncIterable<Buffer> = createReadStream(file);
    for await (const chunk of stream) bytes += chunk.length;
  }
  return { bytes, seconds: (performance.now() - started) / 1000 };
}

async function measure([input = "", recipe = "", store = ""]: readonly string[]): Promise<void> {
  const started = performance.now();
  await prepareDataset(input, parseRecipe(JSON.parse(recipe)), openStore(`dir:${store}`));
  const measurement: Measurement = {
    seconds: (performance.now() - started) / 1000,
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / MEGABYTE,
  };
  process.stdout.write(JSON.stringify(measurement));
}

function filesOf(input: string): string[] {
  return statSync(input).isFile() ? [input] : readdirSync(input).map((name) => join(input, name));
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
