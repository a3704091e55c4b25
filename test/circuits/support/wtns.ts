import { readFileSync } from "node:fs";

import * as snarkjs from "snarkjs";

import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { useSingleThreadCurve } from "../../../packages/sdk/src/proof/single-thread-curve.ts";

const FIELD_BYTES = 32;
/** snarkjs calls its logger without looking whether there is one. */
const SILENT: snarkjs.Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Encodes a witness in the binary wtns format, version 2. */
export function encodeWtns(witness: readonly bigint[]): Uint8Array {
  const headerBytes = 4 + FIELD_BYTES + 4;
  const bytes = Buffer.alloc(12 + 12 + headerBytes + 12 + witness.length * FIELD_BYTES);
  let position = bytes.write("wtns", "latin1");
  const u32 = (value: number): void => void (position = bytes.writeUInt32LE(value, position));
  const section = (type: number, size: number): void => {
    u32(type);
    position = bytes.writeBigUInt64LE(BigInt(size), position);
  };
  const field = (value: bigint): void => {
    for (let limb = 0n; limb < 4n; limb++) {
      position = bytes.writeBigUInt64LE(BigInt.asUintN(64, value >> (64n * limb)), position);
    }
  };
  u32(2);
  u32(2);
  section(1, headerBytes);
  u32(FIELD_BYTES);
  field(FIELD_ORDER);
  u32(witness.length);
  section(2, witness.length * FIELD_BYTES);
  witness.forEach(field);
  return bytes;
}

/** The verdict of snarkjs on a witness: an opinion independent of the evaluator in r1cs.ts. */
export async function snarkjsAccepts(r1csPath: string, witness: readonly bigint[]): Promise<boolean> {
  await useSingleThreadCurve();
  // From memory: snarkjs leaves the file open when the check fails.
  return snarkjs.wtns.check(readFileSync(r1csPath), encodeWtns(witness), SILENT);
}

/** Decodes a witness as {@link encodeWtns} or a generator writes it. */
export function readWitness(bytes: Uint8Array): bigint[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = Number(buffer.readBigUInt64LE(16));
  const count = buffer.readUInt32LE(24 + 4 + FIELD_BYTES);
  const start = 24 + headerSize + 12;
  return Array.from({ length: count }, (_, i) => {
    let value = 0n;
    for (let limb = 3; limb >= 0; limb--) {
      value = (value << 64n) | buffer.readBigUInt64LE(start + i * FIELD_BYTES + 8 * limb);
    }
    return value;
  });
}
