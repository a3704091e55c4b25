import { CorexError } from "../errors.ts";
import type { Table, TableRow } from "./csv.ts";
import type { RawSample } from "./raw-dataset.ts";

/** One chain per class: more classes than this is most likely a number taken for a category. */
const MAX_CLASSES = 64;

/** Decimal numbers with optional sign, point and exponent. No thousands separators, no hexadecimal, no NaN. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Which columns of a table to learn from. */
export interface TableColumns {
  /** Column with the class of each row; any text. */
  readonly target: string;
  /** Columns to leave out, for example an identifier. */
  readonly ignore?: readonly string[];
}

/** The rows of a table as samples. */
export interface TableSamples {
  /** Every column but the target and the ignored ones, in file order. */
  readonly featureNames: readonly string[];
  /** Different target values in code-unit order. */
  readonly classes: readonly string[];
  readonly samples: readonly RawSample[];
}

/**
 * Turns a table into samples: numeric columns are features, the target column is the class.
 *
 * @throws CorexError DATA_UNKNOWN_TARGET, DATA_UNKNOWN_COLUMN (ignored), DATA_EMPTY (no feature column),
 * DATA_MISSING_CELL, DATA_NOT_NUMERIC, DATA_SINGLE_CLASS, DATA_TOO_MANY_CLASSES (more than 64).
 */
export function tableSamples(table: Table, { target, ignore = [] }: TableColumns): TableSamples {
  const targetIndex = columnIndex(table, target, "DATA_UNKNOWN_TARGET");
  const skipped = new Set([targetIndex, ...ignore.map((name) => columnIndex(table, name, "DATA_UNKNOWN_COLUMN"))]);
  const features = table.columns.map((name, index) => ({ name, index })).filter(({ index }) => !skipped.has(index));
  if (features.length === 0) {
    throw new CorexError("DATA_EMPTY", `no feature column is left beside the target "${target}"`, {
      retry: "after-change",
      details: { target, ignore },
    });
  }

  const names = table.rows.map((row) => requireCell(row, targetIndex, target));
  const classes = [...new Set(names)].sort();
  checkClasses(classes, target);
  const labels = new Map(classes.map((name, label) => [name, label]));
  return {
    featureNames: features.map(({ name }) => name),
    classes,
    samples: table.rows.map((row, position) => ({
      features: features.map(({ name, index }) => parseNumber(row, index, name)),
      label: labels.get(names[position] ?? "") ?? 0,
    })),
  };
}

function columnIndex(table: Table, name: string, code: "DATA_UNKNOWN_TARGET" | "DATA_UNKNOWN_COLUMN"): number {
  const index = table.columns.indexOf(name);
  if (index < 0) {
    throw new CorexError(code, `there is no column "${name}"; the columns are ${quoted(table.columns)}`, {
      retry: "after-change",
      details: { column: name, columns: table.columns },
    });
  }
  return index;
}

/** A cell that is not empty. @throws CorexError DATA_MISSING_CELL. */
export function requireCell(row: TableRow, index: number, column: string): string {
  const cell = row.cells[index] ?? "";
  if (cell === "") {
    throw new CorexError("DATA_MISSING_CELL", `line ${row.line}: the cell of column "${column}" is empty`, {
      retry: "after-change",
      details: { line: row.line, column },
    });
  }
  return cell;
}

/** A cell as a number; undefined when it is no finite decimal number. */
export function parseDecimal(cell: string): number | undefined {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A cell as a number. @throws CorexError DATA_MISSING_CELL, DATA_NOT_NUMERIC. */
export function parseNumber(row: TableRow, index: number, column: string): number {
  const cell = requireCell(row, index, column);
  const value = parseDecimal(cell);
  if (value === undefined) {
    throw new CorexError(
      "DATA_NOT_NUMERIC",
      `line ${row.line}: "${cell}" in column "${column}" is not a finite decimal number; ignore the column or correct the cell`,
      { retry: "after-change", details: { line: row.line, column, value: cell } },
    );
  }
  return value;
}

function checkClasses(classes: readonly string[], target: string): void {
  if (classes.length === 1) {
    throw new CorexError("DATA_SINGLE_CLASS", `every row has the same "${target}": "${classes[0]}"`, {
      retry: "after-change",
      details: { target, value: classes[0] },
    });
  }
  if (classes.length > MAX_CLASSES) {
    throw new CorexError(
      "DATA_TOO_MANY_CLASSES",
      `column "${target}" has ${classes.length} different values, at most ${MAX_CLASSES} can be classes`,
      { retry: "after-change", details: { target, classes: classes.length } },
    );
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
