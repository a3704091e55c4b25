import type { TableRow } from "../csv.ts";
import { writePlainDecimal } from "./plain-decimal.ts";

/** Records of a piece of CSV, one at a time: a large file has too many of them to be objects. */
export interface RecordCursor {
  /** Cells of the record at hand. */
  readonly width: number;
  /** Goes to the next record. Returns false when the piece has no more; then the cursor must not be asked for one. */
  next(): boolean;
  /** A cell of the record at hand. */
  cell(index: number): string;
  /** Writes a cell of the record at hand to `target` when it is a plain decimal number, and says whether it is. */
  writeNumber(index: number, target: Float64Array, offset: number): boolean;
  /** The record at hand, with the line on which it starts. */
  record(): TableRow;
}

/** Is shown every record that a cursor comes to. */
export type RecordCheck = (record: RecordCursor) => void;

/** Records at hand as objects. Their `line` is the one they end on. */
export class RecordList implements RecordCursor {
  readonly #records: readonly TableRow[];
  readonly #check: RecordCheck;
  #index = -1;

  constructor(records: readonly TableRow[], check: RecordCheck) {
    this.#records = records;
    this.#check = check;
  }

  get width(): number {
    return this.#current.cells.length;
  }

  next(): boolean {
    this.#index += 1;
    if (this.#index >= this.#records.length) return false;
    this.#check(this);
    return true;
  }

  cell(index: number): string {
    return this.#current.cells[index] ?? "";
  }

  writeNumber(index: number, target: Float64Array, offset: number): boolean {
    const cell = this.cell(index);
    return writePlainDecimal(cell, 0, cell.length, target, offset);
  }

  /** Parsing counts where a record ends; the line breaks in its cells lead back. */
  record(): TableRow {
    const { line, cells } = this.#current;
    const breaks = cells.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
    return { line: line - breaks, cells };
  }

  get #current(): TableRow {
    return this.#records[this.#index] ?? { line: 0, cells: [] };
  }
}
