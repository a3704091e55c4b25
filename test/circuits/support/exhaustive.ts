import { expect } from "chai";

import { reduced, type Values } from "./instance.ts";
import { isProvable, networkWitness } from "./mlp-witness.ts";
import { satisfies } from "./r1cs.ts";
import { type Compiled, compileTiny, SUM_FOR_HASH } from "./tiny-circuit.ts";

const SALTS = { modelSalt: 11n, batchSalt: 22n, ctx: 33n };

type Five = [bigint, bigint, bigint, bigint, bigint];

/** A circuit with a sum for a hash: small enough for a hundred thousand witnesses. */
export function compileSum(file: string, main: string): Compiled {
  return compileTiny({ file, main, publicInputs: ["ctx"], edits: SUM_FOR_HASH });
}

export async function accepts(circuit: Compiled, values: Values): Promise<boolean> {
  return satisfies(circuit.r1cs, await circuit.generate(reduced({ ...values, ...SALTS })));
}

export function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

/** All tuples of at most five signed integers of the given widths. */
export async function forAll(widths: readonly number[], visit: (...values: Five) => Promise<void>): Promise<void> {
  const count = 2 ** widths.reduce((sum, bits) => sum + bits, 0);
  for (let tuple = 0; tuple < count; tuple++) {
    let rest = BigInt(tuple);
    const values = widths.map((bits) => {
      const value = BigInt.asIntN(bits, rest);
      rest >>= BigInt(bits);
      return value;
    });
    await visit(...(values as Five));
  }
}

/** Tries all perceptrons of one sample, feature, unit and output of `bits` bits, and counts those that stay in range. */
export async function provablePerceptrons(bits: number): Promise<number> {
  const circuit = compileSum("mlp_gradient", `MlpGradient(1, 1, 1, 1, ${bits}, 1)`);
  const params = { m: 1, d: 1, h: 1, k: 1, B: bits, F: 1, T: 1 };
  let provable = 0;
  await forAll([bits, bits, bits, bits], async (x, y, w1, w2) => {
    const { tensors } = networkWitness({ X: [[x]], Y: [[y]], W1: [[w1]], W2: [[w2]] }, params);
    const inputs = Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.endsWith("new")));
    const accepted = isProvable(inputs, params);
    provable += Number(accepted);
    expect(await accepts(circuit, inputs), [x, y, w1, w2].join()).to.equal(accepted);
  });
  return provable;
}
