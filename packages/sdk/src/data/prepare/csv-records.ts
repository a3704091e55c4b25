import { CorexError } from "../../errors.ts";
import { checkHeader, checkLength, detectDelimiter } from "../csv.ts";
import { PlainLines } from "./plain-lines.ts";
import { QuotedRecords } from "./quoted-records.ts";
import { RecordList, type RecordCursor } from "./record-cursor.ts";

/** Characters within which the header must end. */
const HEADER_CHARACTERS = 64 * 1024;

/** What only the full parser understands: quotes, and carriage returns that are not part of CRLF. */
const SPECIAL = /["\r]/;

/**
 * Reads CSV piece by piece, by the rules of `parseCsv`. Yields a cursor over the records of each piece, of which the header is the
 * first; it must be read to its end before the next is asked for.
 *
 * Text without quotes is split at line ends and delimiters, several times faster than by the full parser, which takes over at
 * the first quote.
 *
 * @param texts with LF for CRLF. @param name of the file, for messages.
 * @throws CorexError DATA_MALFORMED_CSV, DATA_MISSING_CELL, DATA_DUPLICATE_COLUMN, DATA_EMPTY.
 */
export async function* csvRecords(texts: AsyncIterable<string, void>, name: string): AsyncGenerator<RecordCursor> {
  const pieces = texts[Symbol.asyncIterator]();
  try {
    yield* readRecords(pieces, name);
  } finally {
    // Whoever stops after the header must not leave the file open.
    await pieces.return?.();
  }
}

async function* readRecords(pieces: AsyncIterator<string, void>, name: string): AsyncGenerator<RecordCursor> {
  const start = await readStart(pieces);
  const delimiter = detectDelimiter(start);
  const checks = new RecordChecks(name);
  const check = (record: RecordCursor): void => checks.see(record);
  const lines = new PlainLines(delimiter, name, check);
  let quoted: QuotedRecords | undefined;

  for (let piece: string | undefined = start; piece !== undefined; piece = await nextOf(pieces)) {
    if (quoted === undefined && !SPECIAL.test(piece)) {
      yield lines.add(piece);
      continue;
    }
    quoted ??= new QuotedRecords(delimiter, name, lines.count);
    yield new RecordList(await quoted.write(lines.takeRest() + piece), check);
  }
  yield quoted === undefined ? lines.finish() : new RecordList(await quoted.finish(), check);
  checks.finish();
}

/** Checks the header, the lengths of records, and that there are any. */
class RecordChecks {
  readonly #name: string;
  #header: readonly string[] | undefined;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  see(record: RecordCursor): void {
    this.#count += 1;
    if (this.#header === undefined) {
      const header = record.record();
      this.#header = header.cells;
      checkHeader(header);
    } else if (record.width !== this.#header.length) {
      checkLength(record.record(), this.#header);
    }
  }

  finish(): void {
    if (this.#count > 1) return;
    const reason =
      this.#header === undefined
        ? "it has no header line"
        : `it has a header of ${this.#header.length} columns but no record`;
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
