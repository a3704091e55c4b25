import { parse } from "csv-parse";

import { CorexError } from "../../errors.ts";
import { checkHeader, checkLength, detectDelimiter, type TableRow } from "../csv.ts";
import { LIMITS } from "./limits.ts";

/** Characters within which the header must end. */
const HEADER_CHARACTERS = 64 * 1024;

/**
 * Reads CSV piece by piece, by the rules of `parseCsv`. Yields the header first, then records, several at a time.
 *
 * @throws CorexError DATA_MALFORMED_CSV, DATA_MISSING_CELL, DATA_DUPLICATE_COLUMN, DATA_EMPTY.
 */
export async function* csvRecords(texts: AsyncIterable<string, void>, name: string): AsyncGenerator<readonly TableRow[]> {
  const pieces = texts[Symbol.asyncIterator]();
  const start = await readStart(pieces);
  let records: TableRow[] = [];
  const parser = parse({
    delimiter: detectDelimiter(start),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: LIMITS.recordBytes,
    on_record: (cells: string[], { lines }) => {
      records.push({ line: lines, cells });
      return null;
    },
  });
  // Nothing is ever pushed, so the parser's output has no end to wait for, and writing is what reports its errors.
  parser.on("error", () => undefined);
  const feed = (text: string | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (error?: Error | null): void => (error ? reject(malformed(name, error)) : resolve());
      if (text === undefined) parser.end(() => resolve()).once("error", (error) => reject(malformed(name, error)));
      else parser.write(text, done);
    });

  let header: TableRow | undefined;
  let count = 0;
  const drain = (): TableRow[] => {
    const drained = records;
    records = [];
    for (const record of drained) {
      if (header === undefined) {
        header = record;
        checkHeader(firstLine(record));
      } else if (record.cells.length !== header.cells.length) {
        checkLength(firstLine(record), header.cells);
      }
    }
    count += drained.length;
    return drained;
  };

  for (let piece: string | undefined = start; piece !== undefined; piece = await nextOf(pieces)) {
    await feed(piece);
    yield drain();
  }
  await feed(undefined);
  yield drain();
  if (header === undefined) throw empty(name, "it has no header line");
  if (count === 1) throw empty(name, `it has a header of ${header.cells.length} columns but no record`);
}

/** Line on which a record starts: the parser counts where it ends, and quoted line breaks lead back. */
export function firstLine({ line, cells }: TableRow): TableRow {
  const breaks = cells.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
  return { line: line - breaks, cells };
}

async function readStart(pieces: AsyncIterator<string, void>): Promise<string> {
  let start = "";
  while (start.length < HEADER_CHARACTERS) {
    const piece = await nextOf(pieces);
    if (piece === undefined) break;
    start += piece;
  }
  return start;
}

async function nextOf(pieces: AsyncIterator<string, void>): Promise<string | undefined> {
  const { value } = await pieces.next();
  return value ?? undefined;
}

function malformed(name: string, cause: Error): CorexError {
  return new CorexError("DATA_MALFORMED_CSV", `${name} is malformed: ${cause.message}`, {
    retry: "after-change",
    details: { path: name },
    cause,
  });
}

function empty(name: string, reason: string): CorexError {
  return new CorexError("DATA_EMPTY", `${name} is empty: ${reason}`, {
    retry: "after-change",
    details: { path: name },
  });
}
