import { CorexError } from "../../errors.ts";
import { checkHeader, checkLength, detectDelimiter, type TableRow } from "../csv.ts";
import { PlainLines } from "./plain-lines.ts";
import { QuotedRecords } from "./quoted-records.ts";

/** Characters within which the header must end. */
const HEADER_CHARACTERS = 64 * 1024;

/** What only the full parser understands: quotes, and carriage returns that are not part of CRLF. */
const SPECIAL = /["\r]/;

/**
 * Reads CSV piece by piece, by the rules of `parseCsv`. Yields the header first, then records, several at a time; a record's
 * `line` is the one it ends on, see {@link firstLine}.
 *
 * Text without quotes is split at line ends and delimiters, several times faster than by the full parser, which takes over at
 * the first quote.
 *
 * @param texts with LF for CRLF. @param name of the file, for messages.
 * @throws CorexError DATA_MALFORMED_CSV, DATA_MISSING_CELL, DATA_DUPLICATE_COLUMN, DATA_EMPTY.
 */
export async function* csvRecords(
  texts: AsyncIterable<string, void>,
  name: string,
): AsyncGenerator<readonly TableRow[]> {
  const pieces = texts[Symbol.asyncIterator]();
  try {
    yield* readRecords(pieces, name);
  } finally {
    // Whoever stops after the header must not leave the file open.
    await pieces.return?.();
  }
}

async function* readRecords(pieces: AsyncIterator<string, void>, name: string): AsyncGenerator<readonly TableRow[]> {
  const start = await readStart(pieces);
  const delimiter = detectDelimiter(start);
  const lines = new PlainLines(delimiter, name);
  let quoted: QuotedRecords | undefined;
  const check = new RecordCheck(name);

  for (let piece: string | undefined = start; piece !== undefined; piece = await nextOf(pieces)) {
    if (quoted === undefined && !SPECIAL.test(piece)) {
      yield check.records(lines.split(piece));
      continue;
    }
    quoted ??= new QuotedRecords(delimiter, name, lines.count);
    yield check.records(await quoted.write(lines.takeRest() + piece));
  }
  yield check.records(quoted === undefined ? lines.finish() : await quoted.finish());
  check.finish();
}

/** A record with the line on which it starts: parsing counts where it ends, and quoted line breaks lead back. */
export function firstLine({ line, cells }: TableRow): TableRow {
  const breaks = cells.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
  return { line: line - breaks, cells };
}

/** Checks the header, the lengths of records, and that there are any. */
class RecordCheck {
  readonly #name: string;
  #header: TableRow | undefined;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  records(records: readonly TableRow[]): readonly TableRow[] {
    for (const record of records) {
      if (this.#header === undefined) {
        this.#header = record;
        checkHeader(firstLine(record));
      } else if (record.cells.length !== this.#header.cells.length) {
        checkLength(firstLine(record), this.#header.cells);
      }
    }
    this.#count += records.length;
    return records;
  }

  finish(): void {
    if (this.#count > 1) return;
    const reason =
      this.#header === undefined
        ? "it has no header line"
        : `it has a header of ${this.#header.cells.length} columns but no record`;
    throw new CorexError("DATA_EMPTY", `${this.#name} is empty: ${reason}`, {
      retry: "after-change",
      details: { path: this.#name },
    });
  }
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
