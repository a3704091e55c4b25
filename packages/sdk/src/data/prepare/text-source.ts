import { CorexError } from "../../errors.ts";
import { createPrng } from "../prng.ts";
import { ClassIndex } from "./class-index.ts";
import { decodeUtf8 } from "./decode-utf8.ts";
import { folderOf } from "./folder-class.ts";
import { hashFeatures, tokenize } from "./hash-features.ts";
import type { InputFile } from "./input-files.ts";
import type { Pass } from "./pass.ts";
import type { TextRecipe } from "./recipe.ts";
import { batchRows, type RowBatch, type RowSource } from "./row-source.ts";
import { sliceStream } from "./slice-stream.ts";

/**
 * Text as rows: a row per slice, its words hashed into columns. Files come in an order drawn with the seed.
 *
 * @throws CorexError DATA_MISSING_CLASS; while reading DATA_NOT_UTF8, DATA_NOT_TEXT (NUL).
 */
export function openText(files: readonly InputFile[], recipe: TextRecipe): RowSource {
  const { buckets, classes, norm } = recipe;
  const index = classes === "folders" ? new ClassIndex(files.map(folderOf)) : undefined;
  const shuffled = createPrng(recipe.seed).fork("order").shuffle(files);

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    const capacity = batchRows(buckets);
    for (const file of shuffled) {
      const label = index?.of(folderOf(file));
      const values = new Float64Array(capacity * buckets);
      let count = 0;
      const batch = (): RowBatch => ({
        count,
        values: values.subarray(0, count * buckets),
        ...(label === undefined ? {} : { labels: new Uint32Array(count).fill(label) }),
      });
      for await (const slice of sliceStream(plainText(pass, file), recipe)) {
        hashFeatures(tokenize(slice), values, count * buckets, buckets);
        if (norm === "l2") divideByNorm(values, count * buckets, buckets);
        count += 1;
        if (count < capacity) continue;
        yield batch();
        values.fill(0);
        count = 0;
      }
      if (count > 0) yield batch();
    }
  }

  return {
    width: buckets,
    layout: { buckets },
    ...(index === undefined ? {} : { classes: index }),
    scaling: { kind: "none", channels: buckets },
    rows,
  };
}

async function* plainText(pass: Pass, file: InputFile): AsyncGenerator<string> {
  for await (const text of decodeUtf8(pass.chunks(file), file.location)) {
    if (text.includes("\0")) {
      throw new CorexError("DATA_NOT_TEXT", `${file.location} holds NUL bytes: it is no text`, {
        retry: "after-change",
        details: { path: file.location },
      });
    }
    yield text;
  }
}

/** Divides by the Euclidean norm; a row of zeros stays. */
function divideByNorm(values: Float64Array, offset: number, width: number): void {
  let squares = 0;
  for (let index = offset; index < offset + width; index++) squares += (values[index] ?? 0) ** 2;
  if (squares === 0) return;
  const norm = Math.sqrt(squares);
  for (let index = offset; index < offset + width; index++) values[index] = (values[index] ?? 0) / norm;
}
