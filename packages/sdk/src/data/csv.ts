import { parse } from "csv-parse/sync";

import { CorexError } from "../errors.ts";

/** A parsed CSV file. */
export interface Table {
  /** Header names in file order: all different, none empty. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** One record: as many cells as the table has columns. Cells may be empty here. */
export interface TableRow {
  /** Line of the file on which the record starts; the header is on line 1 unless blank lines come first. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Tried in this order; a tie goes to the first. */
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * Parses CSV: UTF-8 with or without byte order mark, any line end, quoted cells with doubled quotes, blank lines
 * skipped, white space around unquoted cells removed. The delimiter (comma, semicolon or tab) is the one that splits
 * the header into most columns. A CRLF inside a quoted cell becomes LF.
 *
 * @throws CorexError DATA_NOT_UTF8, DATA_MALFORMED_CSV (quotes, too many cells), DATA_MISSING_CELL (too few cells, a
 * column without name), DATA_DUPLICATE_COLUMN, DATA_EMPTY (no header or no record), each with file line and column.
 */
export function parseCsv(input: Uint8Array | string): Table {
  // The parser counts a CRLF inside quotes as two lines; with LF alone its line numbers are right.
  const text = (typeof input === "string" ? input : decode(input)).replaceAll("\r\n", "\n");
  const [header, ...rows] = readRecords(text, detectDelimiter(text));
  if (header === undefined) throw new CorexError("DATA_EMPTY", "the CSV is empty: it has no header line");

  checkHeader(header);
  for (const row of rows) checkLength(row, header.cells);
  if (rows.length === 0) {
    throw new CorexError("DATA_EMPTY", `the CSV has a header of ${header.cells.length} columns but no record`);
  }
  return { columns: header.cells, rows };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CorexError("DATA_NOT_UTF8", `the CSV (${bytes.length} bytes) is not UTF-8 text`, {
      retry: "after-change",
      cause,
    });
  }
}

/** The delimiter that splits the header of `text` into most columns; the rest of the text does not matter. */
export function detectDelimiter(text: string): string {
  const widths = DELIMITERS.map((delimiter) => headerWidth(text, delimiter));
  return DELIMITERS[widths.indexOf(Math.max(...widths))] ?? DELIMITERS[0];
}

/** Columns of the header with this delimiter; 0 when its quotes make no sense with it. */
function headerWidth(text: string, delimiter: string): number {
  try {
    return readRecords(text, delimiter, 1)[0]?.cells.length ?? 0;
  } catch {
    return 0;
  }
}

function readRecords(text: string, delimiter: string, limit = -1): TableRow[] {
  const rows: TableRow[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      to: limit,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        // The parser counts the line on which a record ends; quoted line breaks lead back to where it starts.
        const breaks = cells.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
        rows.push({ line: lines - breaks, cells });
        return null;
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("DATA_MALFORMED_CSV", `the CSV is malformed: ${reason}`, { retry: "after-change", cause });
  }
  return rows;
}

/** @throws CorexError DATA_MISSING_CELL (a column without name), DATA_DUPLICATE_COLUMN. */
export function checkHeader({ line, cells }: TableRow): void {
  for (const [index, name] of cells.entries()) {
    if (name === "") {
      throw new CorexError("DATA_MISSING_CELL", `line ${line}: column ${index + 1} has no name`, {
        retry: "after-change",
        details: { line, column: index + 1 },
      });
    }
    const first = cells.indexOf(name);
    if (first !== index) {
      throw new CorexError(
        "DATA_DUPLICATE_COLUMN",
        `line ${line}: columns ${first + 1} and ${index + 1} are both named "${name}"`,
        { retry: "after-change", details: { line, column: name } },
      );
    }
  }
}

/** @throws CorexError DATA_MISSING_CELL, DATA_MALFORMED_CSV when a record has too few or too many cells. */
export function checkLength({ line, cells }: TableRow, columns: readonly string[]): void {
  if (cells.length < columns.length) {
    const column = columns[cells.length];
    throw new CorexError(
      "DATA_MISSING_CELL",
      `line ${line}: no cell for column "${column}" (${cells.length} of ${columns.length} cells)`,
      { retry: "after-change", details: { line, column } },
    );
  }
  if (cells.length > columns.length) {
    throw new CorexError(
      "DATA_MALFORMED_CSV",
      `line ${line}: ${cells.length} cells for ${columns.length} columns, the first one too many is "${cells[columns.length]}"`,
      { retry: "after-change", details: { line, value: cells[columns.length] } },
    );
  }
}
