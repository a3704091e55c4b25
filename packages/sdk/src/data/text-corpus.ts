import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { CorexError } from "../errors.ts";
import { createPrng, type Prng } from "./prng.ts";
import { sliceText, type SliceSizes } from "./slice-text.ts";
import { listTextFiles, type TextClass, type TextFile, type TextFileLimits } from "./text-files.ts";

/** What to read and how much of it. */
export interface TextCorpusOptions extends SliceSizes, TextFileLimits {
  readonly roots: readonly string[];
  /** The position of a class is its label. */
  readonly classes: readonly TextClass[];
  /** Wanted slices per class and split; a class with few files gives fewer. */
  readonly trainPerClass: number;
  readonly heldOutPerClass: number;
  readonly maxSlicesPerFile: number;
  /** Share of the files of each class that go to the held-out split, in (0, 1); rounded up to whole files. */
  readonly heldOutFraction: number;
  readonly seed: string;
}

/** One slice of one file. */
export interface TextSlice {
  readonly text: string;
  readonly label: number;
  /** Relative path of the file, `/` separators. */
  readonly path: string;
}

/** Slices of both splits: no file and no slice text is in both. */
export interface TextCorpus {
  readonly classes: readonly string[];
  readonly train: readonly TextSlice[];
  readonly heldOut: readonly TextSlice[];
}

/**
 * Reads a labelled corpus of text slices, split by file.
 *
 * Per class: sort the paths, shuffle them with the seed, give the first `ceil(heldOutFraction * files)` to the held-out
 * split and the rest to training; then walk round the files of a split, one slice per file and round (the order of the
 * slices inside a file is shuffled too), until the wanted number is reached or every file gave `maxSlicesPerFile`.
 * A slice whose text was already taken, in whichever split or class, is skipped. The same files give the same slices.
 *
 * @throws CorexError DATA_EMPTY when a class has too few files for both splits.
 */
export async function readTextCorpus(options: TextCorpusOptions): Promise<TextCorpus> {
  const lists = await listTextFiles(options.roots, options.classes, options);
  const taken = new Set<string>();
  const train: TextSlice[] = [];
  const heldOut: TextSlice[] = [];

  for (const [label, textClass] of options.classes.entries()) {
    const prng = createPrng(options.seed).fork(`class:${textClass.name}`);
    const files = prng.fork("files").shuffle(lists[label] ?? []);
    const heldOutFiles = Math.ceil(options.heldOutFraction * files.length);
    const splits = [
      { into: heldOut, from: files.slice(0, heldOutFiles), wanted: options.heldOutPerClass },
      { into: train, from: files.slice(heldOutFiles), wanted: options.trainPerClass },
    ];
    for (const { into, from, wanted } of splits) {
      const slices = await drawSlices(from, wanted, label, { options, prng, taken });
      if (slices.length === 0) throw emptyClass(textClass.name, files.length, options.roots);
      into.push(...slices);
    }
  }
  return { classes: options.classes.map(({ name }) => name), train, heldOut };
}

async function drawSlices(
  files: readonly TextFile[],
  wanted: number,
  label: number,
  context: { options: TextCorpusOptions; prng: Prng; taken: Set<string> },
): Promise<TextSlice[]> {
  const { options, prng, taken } = context;
  const drawn: TextSlice[] = [];
  const pending = new Map<string, string[]>();

  for (let round = 0; round < options.maxSlicesPerFile; round++) {
    for (const file of files) {
      if (drawn.length >= wanted) return drawn;
      if (round === 0) {
        const slices = sliceText(await readFile(file.location), options);
        pending.set(file.path, prng.fork(`slices:${file.path}`).shuffle(slices));
      }
      const text = nextUntaken(pending.get(file.path) ?? [], taken);
      if (text !== undefined) drawn.push({ text, label, path: file.path });
    }
  }
  return drawn;
}

function nextUntaken(slices: string[], taken: Set<string>): string | undefined {
  for (let text = slices.shift(); text !== undefined; text = slices.shift()) {
    const digest = createHash("sha256").update(text, "utf8").digest("base64");
    if (!taken.has(digest)) {
      taken.add(digest);
      return text;
    }
  }
  return undefined;
}

function emptyClass(name: string, files: number, roots: readonly string[]): CorexError {
  return new CorexError(
    "DATA_EMPTY",
    `class ${name} has no slice for one of the splits: ${files} usable files below ${roots.join(", ")}`,
    { retry: "after-change", details: { class: name, files, roots } },
  );
}
