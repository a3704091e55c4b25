import type { TableRow } from "../csv.ts";
import { LIMITS } from "./limits.ts";
import { malformedCsv } from "./malformed-csv.ts";
import { writePlainDecimal } from "./plain-decimal.ts";
import type { RecordCheck, RecordCursor } from "./record-cursor.ts";

const TAB = 9;
const FORM_FEED = 12;
const SPACE = 32;

/**
 * Records of CSV without quotes, with LF as its only line end. Cells are places in the text, which are written over by the next
 * record: nothing is made for a cell that is a number.
 */
export class PlainLines implements RecordCursor {
  /** Line ends seen. */
  count = 0;
  width = 0;
  readonly #delimiter: number;
  readonly #name: string;
  readonly #check: RecordCheck;
  /** Text that was not read begins at `#position`. */
  #text = "";
  #position = 0;
  /** Start and end of each cell. */
  #bounds = new Int32Array(64);

  constructor(delimiter: string, name: string, check: RecordCheck) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#name = name;
    this.#check = check;
  }

  /** Adds a piece of text; records that end before it must have been read. */
  add(piece: string): this {
    this.#text = this.takeRest() + piece;
    return this;
  }

  /** The last record may have no line end. */
  finish(): this {
    return this.add("\n");
  }

  /** The line at hand, for another parser to go on with. */
  takeRest(): string {
    const rest = this.#text.slice(this.#position);
    this.#text = "";
    this.#position = 0;
    return rest;
  }

  /** @throws CorexError DATA_MALFORMED_CSV when a line is too long, and what the check throws. */
  next(): boolean {
    for (;;) {
      const end = this.#text.indexOf("\n", this.#position);
      if ((end < 0 ? this.#text.length : end) - this.#position > LIMITS.recordBytes) {
        throw malformedCsv(this.#name, `line ${this.count + 1} has more than ${LIMITS.recordBytes} bytes`);
      }
      if (end < 0) return false;
      this.count += 1;
      this.#readCells(this.#position, end);
      this.#position = end + 1;
      // A blank line is no record.
      if (this.width === 1 && this.#bounds[0] === this.#bounds[1]) continue;
      this.#check(this);
      return true;
    }
  }

  cell(index: number): string {
    return this.#text.slice(this.#bounds[2 * index], this.#bounds[2 * index + 1]);
  }

  writeNumber(index: number, target: Float64Array, offset: number): boolean {
    const [start, end] = [this.#bounds[2 * index] ?? 0, this.#bounds[2 * index + 1] ?? 0];
    return writePlainDecimal(this.#text, start, end, target, offset);
  }

  record(): TableRow {
    return { line: this.count, cells: Array.from({ length: this.width }, (_, index) => this.cell(index)) };
  }

  #readCells(start: number, end: number): void {
    this.width = 0;
    let from = start;
    for (let at = start; at < end; at++) {
      if (this.#text.charCodeAt(at) !== this.#delimiter) continue;
      this.#addCell(from, at);
      from = at + 1;
    }
    this.#addCell(from, end);
  }

  /** White space around a cell is removed: what the CSV parser calls so, not all that JavaScript does. */
  #addCell(from: number, to: number): void {
    let [start, end] = [from, to];
    while (start < end && isSpace(this.#text.charCodeAt(start))) start += 1;
    while (start < end && isSpace(this.#text.charCodeAt(end - 1))) end -= 1;
    if (2 * this.width === this.#bounds.length) {
      const larger = new Int32Array(2 * this.#bounds.length);
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    this.#bounds[2 * this.width] = start;
    this.#bounds[2 * this.width + 1] = end;
    this.width += 1;
  }
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === FORM_FEED;
}
