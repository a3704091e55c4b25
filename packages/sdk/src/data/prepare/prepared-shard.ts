import { endianness } from "node:os";

import { CorexError } from "../../errors.ts";
import { canonicalJson } from "../../store/canonical-json.ts";

export const SHARD_KIND = "corex/prepared-shard";
export const SHARD_VERSION = 1;

const MAGIC = "CRXD";
const PREFIX_BYTES = 8;
const VALUE_BYTES = 4;

/** Rows as they are stored. */
export interface PreparedShard {
  readonly index: number;
  readonly rows: number;
  readonly width: number;
  /** `rows` x `width` values, row by row. */
  readonly values: Float32Array;
  /** Class numbers; absent when rows have no class. */
  readonly labels?: Uint32Array;
}

/** What a shard says about itself. */
export type ShardShape = Pick<PreparedShard, "index" | "rows" | "width"> & { readonly labelled: boolean };

/** Bytes of a shard with this shape. */
export function shardBytes(shape: ShardShape): number {
  return headerOf(shape).length + shape.rows * rowBytes(shape);
}

/** Bytes of a row and its label. */
export function rowBytes({ width, labelled }: Pick<ShardShape, "width" | "labelled">): number {
  return (width + (labelled ? 1 : 0)) * VALUE_BYTES;
}

/**
 * Encodes a shard: `CRXD`, the length of the header (uint32), the header as canonical JSON with spaces up to a multiple of
 * four bytes, the values (float32) and the labels (uint32). All numbers little-endian.
 */
export function encodeShard({ values, labels, ...shape }: PreparedShard): Uint8Array {
  const header = headerOf({ ...shape, labelled: labels !== undefined });
  const body = [values, ...(labels === undefined ? [] : [labels])].map(littleEndian);
  return Buffer.concat([header, ...body]);
}

/**
 * Decodes a shard of exactly this shape, and checks that every value is a finite number and every label a class.
 *
 * @param classes number of classes; 0 when the shard has no labels.
 * @throws CorexError DATA_SHARD_INVALID naming what differs.
 */
export function decodeShard(bytes: Uint8Array, shape: ShardShape, classes: number): PreparedShard {
  const { index, rows, width, labelled } = shape;
  const header = headerOf(shape);
  if (bytes.length !== shardBytes(shape)) {
    throw invalid(index, `it has ${bytes.length} bytes, expected ${shardBytes(shape)}`);
  }
  if (!header.equals(bytes.subarray(0, header.length))) throw invalid(index, "its header is not that of the manifest");
  const body = littleEndian(bytes.slice(header.length));
  const values = new Float32Array(body.buffer, body.byteOffset, rows * width);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw invalid(index, `value ${wrong % width} of row ${Math.floor(wrong / width)} is ${values[wrong]}`);
  if (!labelled) return { index, rows, width, values };

  const labels = new Uint32Array(body.buffer, body.byteOffset + rows * width * VALUE_BYTES, rows);
  const unknown = labels.findIndex((label) => label >= classes);
  if (unknown >= 0) throw invalid(index, `row ${unknown} has class ${labels[unknown]} of ${classes}`);
  return { index, rows, width, values, labels };
}

function headerOf({ index, rows, width, labelled }: ShardShape): Buffer {
  const json = canonicalJson({ kind: SHARD_KIND, version: SHARD_VERSION, index, rows, width, labels: labelled });
  const padded = json.padEnd(Math.ceil(json.length / VALUE_BYTES) * VALUE_BYTES, " ");
  const header = Buffer.alloc(PREFIX_BYTES + padded.length);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(padded.length, MAGIC.length);
  header.write(padded, PREFIX_BYTES, "latin1");
  return header;
}

/** The bytes of 32-bit numbers in little-endian order, from or to that of the machine. */
function littleEndian({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}

function invalid(index: number, reason: string): CorexError {
  return new CorexError("DATA_SHARD_INVALID", `shard ${index} is wrong: ${reason}`, { details: { index } });
}
