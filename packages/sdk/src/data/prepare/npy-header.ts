import { CorexError } from "../../errors.ts";

const MAGIC = "\x93NUMPY";
const HEADER = /^\{'descr': '(<f[48])', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/;

/** Where the values of a .npy file are. */
export interface NpyHeader {
  /** Bytes before the first value. */
  readonly offset: number;
  readonly bytesPerValue: 4 | 8;
  readonly rows: number;
  readonly width: number;
}

/** Bytes that hold every header this reads. */
export const NPY_HEADER_BYTES = 1024;

/**
 * Reads the header of a .npy file (version 1 to 3) of a two-dimensional array of little-endian floats in C order.
 *
 * @param start the first {@link NPY_HEADER_BYTES} bytes, or all when there are fewer.
 * @throws CorexError DATA_MALFORMED_NPY.
 */
export function parseNpyHeader(start: Buffer, name: string): NpyHeader {
  if (start.toString("latin1", 0, MAGIC.length) !== MAGIC) throw malformed(name, "it does not begin as one");
  const version = start[MAGIC.length] ?? 0;
  const prefix = MAGIC.length + 2 + (version === 1 ? 2 : 4);
  if (version < 1 || version > 3 || start.length < prefix) throw malformed(name, `its version is ${version}`);
  const length = version === 1 ? start.readUInt16LE(prefix - 2) : start.readUInt32LE(prefix - 4);
  const offset = prefix + length;
  if (offset > start.length) throw malformed(name, `its header of ${length} bytes is cut off or too long`);
  const [, type, rows, width] = HEADER.exec(start.toString("latin1", prefix, offset)) ?? [];
  if (type === undefined) {
    throw malformed(name, "it is no two-dimensional array of <f4 or <f8 in C order");
  }
  return { offset, bytesPerValue: type === "<f4" ? 4 : 8, rows: Number(rows), width: Number(width) };
}

function malformed(name: string, reason: string): CorexError {
  return new CorexError("DATA_MALFORMED_NPY", `${name} is no .npy file that can be read: ${reason}`, {
    retry: "after-change",
    details: { path: name },
  });
}
