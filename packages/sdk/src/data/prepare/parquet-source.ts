import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";

import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
} from "hyparquet";
import { parquetReadColumn } from "hyparquet/src/read.js";

import { CorexError } from "../../errors.ts";
import { ClassIndex } from "./class-index.ts";
import type { InputFile } from "./input-files.ts";
import { LIMITS } from "./limits.ts";
import { StepBatcher, stepColumns, stepScaling, stepWidth } from "./numeric-steps.ts";
import type { Pass } from "./pass.ts";
import type { TableRecipe } from "./recipe.ts";
import type { RowBatch, RowSource } from "./row-source.ts";
import { selectColumns } from "./select-columns.ts";

/** Snappy is built into the reader; these are those of Node. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => new Uint8Array(gunzipSync(bytes)),
  BROTLI: (bytes) => new Uint8Array(brotliDecompressSync(bytes)),
  ZSTD: (bytes) => new Uint8Array(zstdDecompressSync(bytes)),
};

/**
 * A Parquet file as rows of numbers, read a row group at a time. Reads the metadata at once.
 *
 * @throws CorexError DATA_MALFORMED_PARQUET, DATA_TOO_LARGE (a row group), DATA_UNKNOWN_COLUMN, DATA_UNKNOWN_TARGET,
 *   DATA_EMPTY; while reading DATA_NOT_NUMERIC, DATA_MISSING_CELL.
 */
export async function openParquet(file: InputFile, recipe: TableRecipe): Promise<RowSource> {
  const buffer = await asyncBufferFromFile(file.location);
  const metadata = await parse(file, () => parquetMetadataAsync(buffer));
  checkGroups(file, metadata);
  const selected = selectColumns(columnsOf(file, metadata), recipe);
  const index = selected.target === undefined ? undefined : new ClassIndex();
  const width = stepWidth(selected.indices.length, recipe);
  const names = recipe.target === null ? selected.names : [...selected.names, recipe.target];

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    // The reader jumps about in the file, so the file is hashed on its own first.
    for await (const chunk of pass.chunks(file)) void chunk;
    const batcher = new StepBatcher(selected.indices.length, recipe, index !== undefined);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      pass.checkSignal();
      const rowEnd = rowStart + Number(group.num_rows);
      const columns = await readGroup(file, { buffer, metadata, names, rowStart, rowEnd });
      for (let row = rowStart; row < rowEnd; row++) {
        if (!batcher.wantsNext()) continue;
        const valueOf = (column: number): unknown => columns[column]?.[row - rowStart];
        const last = names.length - 1;
        const label = index === undefined ? 0 : index.of(className(valueOf(last), { row, column: names[last] ?? "" }));
        const batch = batcher.add((column) => numberOf(valueOf(column), { row, column: names[column] ?? "" }), label);
        if (batch !== undefined) yield batch;
      }
      rowStart = rowEnd;
    }
    const rest = batcher.flush();
    if (rest !== undefined) yield rest;
  }

  return {
    width,
    layout: { columns: stepColumns(selected.names, recipe), target: recipe.target },
    ...(index === undefined ? {} : { classes: index }),
    scaling: stepScaling(width, recipe),
    rows,
  };
}

interface Group {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly names: readonly string[];
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** The columns of a group in the order of `names`, decoded one after the other: rows as objects would take several times the memory. */
async function readGroup(file: InputFile, { names, rowStart, rowEnd, ...source }: Group): Promise<DecodedArray[]> {
  const columns: DecodedArray[] = [];
  for (const name of names) {
    const column = await parse(file, () =>
      parquetReadColumn({
        file: source.buffer,
        metadata: source.metadata,
        columns: [name],
        rowStart,
        rowEnd,
        compressors: COMPRESSORS,
      }),
    );
    if (column.length !== rowEnd - rowStart) {
      throw malformed(file, `column "${name}" has ${column.length} values in rows ${rowStart} to ${rowEnd}`);
    }
    columns.push(column);
  }
  return columns;
}

interface Place {
  readonly row: number;
  readonly column: string;
}

function numberOf(value: unknown, place: Place): number {
  if (value === null || value === undefined) throw missingCell(place);
  const number = typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new CorexError(
    "DATA_NOT_NUMERIC",
    `row ${place.row}: the value of column "${place.column}" is not a finite number`,
    { retry: "after-change", details: { row: place.row, column: place.column } },
  );
}

function className(value: unknown, place: Place): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw missingCell(place);
}

function missingCell({ row, column }: Place): CorexError {
  return new CorexError("DATA_MISSING_CELL", `row ${row}: no usable value in column "${column}"`, {
    retry: "after-change",
    details: { row, column },
  });
}

function columnsOf(file: InputFile, metadata: FileMetaData): string[] {
  const { children } = parquetSchema(metadata);
  const nested = children.find((child) => child.children.length > 0);
  if (nested !== undefined) throw malformed(file, `the column "${nested.element.name}" is nested`);
  return children.map(({ element }) => element.name);
}

/** A row group is decoded as a whole: one that is too large would fill the memory. */
function checkGroups(file: InputFile, { row_groups: groups }: FileMetaData): void {
  if (groups.every(({ num_rows: rows }) => rows === 0n)) {
    throw new CorexError("DATA_EMPTY", `${file.location} is empty: it has no rows`, { retry: "after-change" });
  }
  for (const [index, { total_byte_size: bytes }] of groups.entries()) {
    if (bytes <= BigInt(LIMITS.rowGroupBytes)) continue;
    throw new CorexError(
      "DATA_TOO_LARGE",
      `row group ${index} of ${file.location} has ${bytes} bytes, at most ${LIMITS.rowGroupBytes}: write smaller groups`,
      { retry: "after-change", details: { path: file.location, group: index, bytes, limit: LIMITS.rowGroupBytes } },
    );
  }
}

async function parse<T>(file: InputFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw malformed(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function malformed({ location }: InputFile, reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_MALFORMED_PARQUET", `${location} is no Parquet file that can be read: ${reason}`, {
    retry: "after-change",
    details: { path: location },
    cause,
  });
}
