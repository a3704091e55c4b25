import { open } from "node:fs/promises";

import { CorexError } from "../../errors.ts";
import type { InputFile } from "./input-files.ts";
import { NPY_HEADER_BYTES, parseNpyHeader } from "./npy-header.ts";
import { StepBatcher, stepScaling, stepWidth } from "./numeric-steps.ts";
import type { Pass } from "./pass.ts";
import type { VectorRecipe } from "./recipe.ts";
import type { RowBatch, RowSource } from "./row-source.ts";

/** Where the rows of a file are. */
interface Layout {
  readonly offset: number;
  readonly bytesPerValue: 4 | 8;
  readonly width: number;
}

/**
 * Vectors as rows: little-endian floats, one row after the other (`f32`), or a .npy array.
 *
 * @throws CorexError DATA_MALFORMED_NPY, DATA_TRUNCATED (no whole number of rows, or not as many as the header says),
 *   DATA_EMPTY, DATA_TOO_LARGE, DATA_WRONG_WIDTH; while reading DATA_NOT_NUMERIC.
 */
export async function openVectors(file: InputFile, recipe: VectorRecipe): Promise<RowSource> {
  const layout = await readLayout(file, recipe);
  const width = stepWidth(layout.width, recipe);

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    const batcher = new StepBatcher(layout.width, recipe, false);
    const rowBytes = layout.width * layout.bytesPerValue;
    let pending = Buffer.alloc(0);
    let skip = layout.offset;
    let row = 0;
    for await (const chunk of pass.chunks(file)) {
      const from = Math.min(skip, chunk.length);
      skip -= from;
      pending = Buffer.concat([pending, chunk.subarray(from)]);
      let start = 0;
      for (; pending.length - start >= rowBytes; start += rowBytes, row++) {
        if (!batcher.wantsNext()) continue;
        readRow(pending, start, layout, batcher, { file, row });
        const batch = batcher.add(0);
        if (batch !== undefined) yield batch;
      }
      pending = pending.subarray(start);
    }
    const rest = batcher.flush();
    if (rest !== undefined) yield rest;
  }

  return { width, layout: {}, scaling: stepScaling(width, recipe), rows };
}

function readRow(
  bytes: Buffer,
  start: number,
  { bytesPerValue, width }: Layout,
  { values, offset }: StepBatcher,
  { file, row }: { file: InputFile; row: number },
): void {
  for (let index = 0; index < width; index++) {
    const at = start + index * bytesPerValue;
    const value = bytesPerValue === 4 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at);
    if (!Number.isFinite(value)) {
      throw new CorexError("DATA_NOT_NUMERIC", `value ${index} of row ${row} of ${file.location} is ${value}`, {
        retry: "after-change",
        details: { path: file.location, row, index },
      });
    }
    values[offset + index] = value;
  }
}

async function readLayout(file: InputFile, { format, width }: VectorRecipe): Promise<Layout> {
  if (format === "f32") {
    const rowBytes = (width ?? 1) * 4;
    if (file.bytes % rowBytes !== 0) throw truncated(file, `no multiple of the ${rowBytes} bytes of a row`);
    return { offset: 0, bytesPerValue: 4, width: width ?? 1 };
  }
  const header = parseNpyHeader(await readStart(file), file.location);
  if (header.rows === 0 || header.width === 0) {
    throw new CorexError("DATA_EMPTY", `${file.location} is empty: its array has no values`, { retry: "after-change" });
  }
  if (width !== null && header.width !== width) {
    throw new CorexError("DATA_WRONG_WIDTH", `the rows of ${file.location} have ${header.width} values, not ${width}`, {
      retry: "after-change",
      details: { path: file.location, expected: width, width: header.width },
    });
  }
  const expected = header.offset + header.rows * header.width * header.bytesPerValue;
  if (file.bytes !== expected) throw truncated(file, `not the ${expected} bytes that its header says`);
  return header;
}

async function readStart({ location }: InputFile): Promise<Buffer> {
  const handle = await open(location, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(NPY_HEADER_BYTES), 0, NPY_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function truncated({ location, bytes }: InputFile, reason: string): CorexError {
  return new CorexError("DATA_TRUNCATED", `${location} has ${bytes} bytes, ${reason}`, {
    retry: "after-change",
    details: { path: location, bytes },
  });
}
