import { readFileSync } from "node:fs";

import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";

/** A linear combination: wires with their coefficients. */
export type Combination = readonly (readonly [wire: number, coefficient: bigint])[];

/** One row: a * b = c. */
export interface Constraint {
  readonly a: Combination;
  readonly b: Combination;
  readonly c: Combination;
}

export interface R1cs {
  readonly wires: number;
  readonly outputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: readonly Constraint[];
}

const HEADER_SECTION = 1;
const CONSTRAINTS_SECTION = 2;
const FIELD_BYTES = 32;

/** Reads an .r1cs file (iden3 binary format, version 1, 32-byte field elements in little endian). */
export function readR1csFile(path: string): R1cs {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, 4) !== "r1cs") throw new Error(`${path} is not an r1cs file`);
  const sections = readSections(file);
  const header = sections.get(HEADER_SECTION);
  const rows = sections.get(CONSTRAINTS_SECTION);
  if (header === undefined || rows === undefined || header.readUInt32LE(0) !== FIELD_BYTES) {
    throw new Error(`${path} is not complete`);
  }
  const word = (index: number): number => header.readUInt32LE(4 + FIELD_BYTES + 4 * index);
  // After four counters comes the number of labels, eight bytes long.
  const constraintCount = word(6);
  return {
    wires: word(0),
    outputs: word(1),
    publicInputs: word(2),
    privateInputs: word(3),
    constraints: readConstraints(rows, constraintCount),
  };
}

function readSections(file: Buffer): Map<number, Buffer> {
  const sections = new Map<number, Buffer>();
  let position = 12;
  for (let i = file.readUInt32LE(8); i > 0; i--) {
    const size = Number(file.readBigUInt64LE(position + 4));
    sections.set(file.readUInt32LE(position), file.subarray(position + 12, position + 12 + size));
    position += 12 + size;
  }
  return sections;
}

function readConstraints(rows: Buffer, count: number): Constraint[] {
  let position = 0;
  const combination = (): Combination => {
    const terms: [number, bigint][] = [];
    const length = rows.readUInt32LE(position);
    position += 4;
    for (let i = 0; i < length; i++) {
      terms.push([rows.readUInt32LE(position), readField(rows, position + 4)]);
      position += 4 + FIELD_BYTES;
    }
    return terms;
  };
  return Array.from({ length: count }, () => ({ a: combination(), b: combination(), c: combination() }));
}

function readField(bytes: Buffer, position: number): bigint {
  let value = 0n;
  for (let limb = 3; limb >= 0; limb--) value = (value << 64n) | bytes.readBigUInt64LE(position + 8 * limb);
  return value;
}

/** Value of a combination at a witness, in [0, p). */
export function evaluate(combination: Combination, witness: readonly bigint[]): bigint {
  let sum = 0n;
  for (const [wire, coefficient] of combination) sum += coefficient * (witness[wire] ?? 0n);
  return mod(sum);
}

/** Indices of the constraints that a witness violates, at most `limit`. */
export function violations(r1cs: R1cs, witness: readonly bigint[], limit = 1): number[] {
  const broken: number[] = [];
  for (let i = 0; i < r1cs.constraints.length && broken.length < limit; i++) {
    const row = r1cs.constraints[i];
    if (row === undefined) break;
    if (mod(evaluate(row.a, witness) * evaluate(row.b, witness) - evaluate(row.c, witness)) !== 0n) broken.push(i);
  }
  return broken;
}

/** True when the witness satisfies every constraint. */
export function satisfies(r1cs: R1cs, witness: readonly bigint[]): boolean {
  return witness.length === r1cs.wires && witness[0] === 1n && violations(r1cs, witness).length === 0;
}

/** Canonical representative in [0, p). */
export function mod(value: bigint): bigint {
  const rest = value % FIELD_ORDER;
  return rest < 0n ? rest + FIELD_ORDER : rest;
}
