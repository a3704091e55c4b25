// What deployed bytecode is made of: instructions, immutables, selectors.
import { getBytes, hexlify } from "ethers";

/** The part of a compiler artifact that the audit reads. */
export interface Artifact {
  readonly contractName: string;
  readonly abi: readonly object[];
  readonly deployedBytecode: string;
  readonly immutableReferences?: Readonly<Record<string, readonly { start: number; length: number }[]>>;
}

/** Instructions with which a contract can change its own code, run foreign code on its storage, or make contracts. */
export const FORBIDDEN_OPCODES: Readonly<Record<number, string>> = {
  0xf0: "CREATE",
  0xf2: "CALLCODE",
  0xf4: "DELEGATECALL",
  0xf5: "CREATE2",
  0xff: "SELFDESTRUCT",
};

const PUSH1 = 0x60;
const PUSH3 = 0x62;
const PUSH4 = 0x63;
const PUSH32 = 0x7f;
const EQ = 0x14;

export interface Instruction {
  readonly offset: number;
  readonly opcode: number;
  readonly data: Uint8Array;
}

/** Returns `code` without the metadata that solc appends: CBOR, then its length in two bytes. */
export function withoutMetadata(code: Uint8Array): Uint8Array {
  if (code.length < 2) return code;
  const length = (code[code.length - 2] ?? 0) * 256 + (code[code.length - 1] ?? 0) + 2;
  return length <= code.length ? code.slice(0, code.length - length) : code;
}

/** Reads `code` as instructions; the data of a PUSH is not an instruction. */
export function disassemble(code: Uint8Array): Instruction[] {
  const instructions: Instruction[] = [];
  for (let offset = 0; offset < code.length;) {
    const opcode = code[offset] ?? 0;
    const size = opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH1 + 1 : 0;
    instructions.push({ offset, opcode, data: code.slice(offset + 1, offset + 1 + size) });
    offset += 1 + size;
  }
  return instructions;
}

/** Selectors that the dispatcher compares the call data with: every `PUSH4 x EQ` (`PUSH3` when x begins with a zero). */
export function dispatchedSelectors(instructions: readonly Instruction[]): string[] {
  const selectors: string[] = [];
  for (const [index, { opcode, data }] of instructions.entries()) {
    if (opcode !== PUSH4 && opcode !== PUSH3) continue;
    if (instructions[index + 1]?.opcode !== EQ) continue;
    selectors.push(`0x${hexlify(data).slice(2).padStart(8, "0")}`);
  }
  return selectors;
}

/** Returns `code` with every immutable of `artifact` set to zero, as the compiler left it. */
export function maskImmutables(code: Uint8Array, artifact: Artifact): string {
  const masked = code.slice();
  for (const places of Object.values(artifact.immutableReferences ?? {})) {
    for (const { start, length } of places) masked.fill(0, start, start + length);
  }
  return hexlify(masked);
}

/** Values of the immutables in `code`, sorted; an immutable that differs between its places appears once per value. */
export function immutableValues(code: Uint8Array, artifact: Artifact): string[] {
  return Object.values(artifact.immutableReferences ?? {})
    .flatMap((places) => [...new Set(places.map(({ start, length }) => hexlify(code.slice(start, start + length))))])
    .toSorted();
}

/** The code that the compiler produced for `artifact`. */
export function compiledCode(artifact: Artifact): Uint8Array {
  return getBytes(artifact.deployedBytecode);
}
