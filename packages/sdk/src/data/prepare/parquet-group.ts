import type { DecodedArray, FileMetaData } from "hyparquet";

import { CorexError } from "../../errors.ts";
import type { ClassIndex } from "./class-index.ts";
import type { InputFile } from "./input-files.ts";
import { malformedParquet, orMalformed } from "./malformed-parquet.ts";
import type { ParquetBytes } from "./parquet-bytes.ts";
import { columnDecoder, parquetPages } from "./parquet-pages.ts";

export interface GroupReaderOptions {
  readonly file: InputFile;
  readonly bytes: ParquetBytes;
  readonly metadata: FileMetaData;
  /** Columns of numbers. */
  readonly names: readonly string[];
  /** Column of classes, and where they are numbered. */
  readonly target: { readonly name: string; readonly index: ClassIndex } | undefined;
}

/** The rows of a row group that are kept: from `from` up to but without `to`. */
export interface KeptRows {
  /** Position of the group. */
  readonly group: number;
  /** Rows of the file before the group. */
  readonly before: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Decodes the row groups of a Parquet file, column after column and page after page, into one array: what a page is
 * decoded to may be an object per value, and must not live longer than the page.
 */
export class GroupReader {
  /** A class number per row of the group, when there are classes. */
  readonly labels: Uint32Array;
  /** Rows of the largest group. */
  readonly #capacity: number;
  /** Value `row` of column `column` is at `column * capacity + row`. */
  readonly #values: Float64Array;
  readonly #options: GroupReaderOptions;

  constructor(options: GroupReaderOptions) {
    this.#capacity = options.metadata.row_groups.reduce((most, { num_rows: rows }) => Math.max(most, Number(rows)), 0);
    this.#values = new Float64Array(this.#capacity * options.names.length);
    this.labels = new Uint32Array(options.target === undefined ? 0 : this.#capacity);
    this.#options = options;
  }

  /** Reads the kept rows of a group over those of the one before. @throws CorexError DATA_MALFORMED_PARQUET, DATA_NOT_NUMERIC, DATA_MISSING_CELL, and as the index of classes. */
  async read(kept: KeptRows): Promise<void> {
    const { names, target } = this.#options;
    for (const [column, name] of names.entries()) {
      const values = this.#values.subarray(column * this.#capacity, (column + 1) * this.#capacity);
      await this.#eachPage(name, kept, (page, first, { from, to }) => {
        // Numbers of this type are not made objects on their way.
        const isDone = page instanceof Float64Array && copyFinite(page, first, { from, to, values });
        if (isDone) return;
        for (let row = from; row < to; row++) {
          values[row] = numberOf(page[row - first], { row: kept.before + row, column: name });
        }
      });
    }
    if (target === undefined) return;
    await this.#eachPage(target.name, kept, (page, first, { from, to }) => {
      for (let row = from; row < to; row++) {
        this.labels[row] = target.index.of(
          className(page[row - first], { row: kept.before + row, column: target.name }),
        );
      }
    });
  }

  /** Copies the values of a row that was read to `target`, from `offset` on. */
  copyRow(row: number, target: Float64Array, offset: number): void {
    for (let column = 0; column < this.#options.names.length; column++) {
      target[offset + column] = this.#values[column * this.#capacity + row] ?? 0;
    }
  }

  /** Calls `use` with every page of a column, its first row, and those of its rows that are kept. */
  async #eachPage(name: string, kept: KeptRows, use: UsePage): Promise<void> {
    const { file, bytes, metadata } = this.#options;
    const group = metadata.row_groups[kept.group];
    const column = group?.columns.find(({ meta_data: meta }) => meta?.path_in_schema[0] === name)?.meta_data;
    if (group === undefined || column === undefined) {
      throw malformedParquet(file, `there is no column "${name}" in row group ${kept.group}`);
    }
    const start = Number(column.dictionary_page_offset ?? column.data_page_offset);
    let seen = 0;
    try {
      await orMalformed(file, async () => {
        const chunk = await bytes.slice(start, start + Number(column.total_compressed_size));
        for (const { rows, values } of parquetPages(chunk, columnDecoder(metadata, column, bytes.compressors))) {
          use(values, seen, { from: Math.max(kept.from, seen), to: Math.min(kept.to, seen + rows) });
          seen += rows;
        }
      });
    } finally {
      bytes.release();
    }
    if (seen === Number(group.num_rows)) return;
    const reason = `column "${name}" has ${seen} values in row group ${kept.group}, not ${group.num_rows}`;
    throw malformedParquet(file, reason);
  }
}

type UsePage = (page: DecodedArray, first: number, rows: Pick<KeptRows, "from" | "to">) => void;

interface Target {
  readonly from: number;
  readonly to: number;
  readonly values: Float64Array;
}

/** Copies doubles from a page; stops with false at one that is not finite. */
function copyFinite(page: Float64Array, first: number, { from, to, values }: Target): boolean {
  for (let row = from; row < to; row++) {
    const value = page[row - first] ?? NaN;
    if (!Number.isFinite(value)) return false;
    values[row] = value;
  }
  return true;
}

interface Place {
  /** Counted in the whole file. */
  readonly row: number;
  readonly column: string;
}

function numberOf(value: unknown, place: Place): number {
  if (value === null || value === undefined) throw missingCell(place);
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
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
