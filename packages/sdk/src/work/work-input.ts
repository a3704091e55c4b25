import type { JsonReader } from "../data/json-reader.ts";
import { MAX_INPUT_BYTES, MAX_ROWS, MAX_VALUE_BITS, MAX_WIDTH } from "./limits.ts";
import { readDocument, writeDocument, type DocumentFormat } from "./read-document.ts";

/** Characters of an item's text. */
const MAX_TEXT = 2 ** 16;
/** Characters of an item's id. */
const MAX_ID = 128;
const ROWS = format("corex/work-rows", "rows of work");
const ITEMS = format("corex/work-items", "items of work");
const SAMPLES = format("corex/work-samples", "samples of work");

/** Something to label or to describe. */
export interface WorkItem {
  /** Unique in its input. */
  readonly id: string;
  readonly text: string;
  readonly values: readonly number[];
}

/** Rows with the class of each. */
export interface WorkSamples {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** The bytes of a document of numbers: 1 to 2^16 rows of one width. */
export function writeRows(rows: readonly (readonly number[])[]): Uint8Array {
  return writeDocument(ROWS.kind, { rows });
}

/** The bytes of a document of items. */
export function writeItems(items: readonly WorkItem[]): Uint8Array {
  return writeDocument(ITEMS.kind, { items: items.map(({ id, text, values }) => ({ id, text, values })) });
}

/** The bytes of a document of samples. */
export function writeSamples({ rows, labels }: WorkSamples): Uint8Array {
  return writeDocument(SAMPLES.kind, { rows, labels });
}

/** Rows of finite numbers. @throws CorexError WORK_INPUT_INVALID. */
export function readRows(bytes: Uint8Array): number[][] {
  return parseRows(readDocument(bytes, ROWS).field("rows"), (cell) => cell.number());
}

/** Rows of integers of `bits` signed bits; with `width`, that wide. @throws CorexError WORK_INPUT_INVALID. */
export function readIntegerRows(bytes: Uint8Array, bits: number, width?: number): bigint[][] {
  const limit = 2 ** (Math.min(bits, MAX_VALUE_BITS) - 1);
  const rows = readDocument(bytes, ROWS).field("rows");
  return parseRows(rows, (cell) => BigInt(cell.integer(-limit, limit - 1)), width);
}

/** Items with ids of their own. @throws CorexError WORK_INPUT_INVALID. */
export function readItems(bytes: Uint8Array): WorkItem[] {
  const list = readDocument(bytes, ITEMS).field("items");
  const items = bounded(list, MAX_ROWS).map((item) => ({
    id: text(item.field("id"), MAX_ID),
    text: text(item.field("text"), MAX_TEXT),
    values: bounded(item.field("values"), MAX_WIDTH, 0).map((value) => value.number()),
  }));
  if (new Set(items.map(({ id }) => id)).size !== items.length) throw list.fail("items with different ids");
  return items;
}

/** Samples of `width` features in `classes` classes. @throws CorexError WORK_INPUT_INVALID. */
export function readSamples(bytes: Uint8Array, width: number, classes: number): WorkSamples {
  const document = readDocument(bytes, SAMPLES);
  const rows = parseRows(document.field("rows"), (cell) => cell.number(), width);
  const labels = document
    .field("labels")
    .items(rows.length)
    .map((label) => label.integer(0, classes - 1));
  return { rows, labels };
}

function parseRows<T>(rows: JsonReader, parse: (cell: JsonReader) => T, width?: number): T[][] {
  let expected = width;
  return bounded(rows, MAX_ROWS).map((row) => {
    const cells = bounded(row, MAX_WIDTH);
    expected ??= cells.length;
    if (cells.length !== expected) throw row.fail(`an array of ${expected} elements`);
    return cells.map(parse);
  });
}

/** The elements of an array of `min` to `max` elements. @throws the error of the reader. */
export function bounded(list: JsonReader, max: number, min = 1): JsonReader[] {
  const items = list.items();
  if (items.length < min || items.length > max) throw list.fail(`${min} to ${max} elements`);
  return items;
}

/** A string of at most `max` characters. @throws the error of the reader. */
export function text(field: JsonReader, max: number): string {
  const value = field.string();
  if (value.length > max) throw field.fail(`at most ${max} characters`);
  return value;
}

function format(kind: string, name: string): DocumentFormat {
  return { kind, name, code: "WORK_INPUT_INVALID", maxBytes: MAX_INPUT_BYTES };
}
