import type { TableRow } from "../csv.ts";
import { LIMITS } from "./limits.ts";
import { malformedCsv } from "./malformed-csv.ts";

/** White space that the CSV parser removes around cells: not all that JavaScript calls so. */
const OUTER_SPACE = /^[ \t\f]+|[ \t\f]+$/g;
const SPACE = 32;

/** Splits CSV without quotes, with LF as its only line end. */
export class PlainLines {
  /** Line ends seen. */
  count = 0;
  readonly #delimiter: string;
  readonly #name: string;
  #rest = "";

  constructor(delimiter: string, name: string) {
    this.#delimiter = delimiter;
    this.#name = name;
  }

  /** Records that end in this piece. @throws CorexError DATA_MALFORMED_CSV when a line is too long. */
  split(piece: string): TableRow[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LIMITS.recordBytes) {
      throw malformedCsv(this.#name, `line ${this.count + lines.length + 1} has more than ${LIMITS.recordBytes} bytes`);
    }
    const records: TableRow[] = [];
    for (const line of lines) {
      this.count += 1;
      this.#add(line, records);
    }
    return records;
  }

  /** The last record, when the file does not end with a line end. */
  finish(): TableRow[] {
    const records: TableRow[] = [];
    this.count += 1;
    this.#add(this.takeRest(), records);
    return records;
  }

  /** The line at hand, for another parser to go on with. */
  takeRest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }

  #add(line: string, records: TableRow[]): void {
    const cells = line.split(this.#delimiter);
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index] ?? "";
      if (cell.charCodeAt(0) <= SPACE || cell.charCodeAt(cell.length - 1) <= SPACE) {
        cells[index] = cell.replace(OUTER_SPACE, "");
      }
    }
    // A blank line is no record.
    if (cells.length > 1 || cells[0] !== "") records.push({ line: this.count, cells });
  }
}
