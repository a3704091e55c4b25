// Valid proofs of anything, for a key whose secrets are known. Of use to tests and to the gas scenario, which need many proofs of
// many statements; the verifier sees no difference. Pure: no chain.
import { id } from "ethers";

import { addG1, G1_GENERATOR, G2_GENERATOR, inverseR, mulG2, R, wordsG1, type Fp2, type G1, type G2 } from "./curve.ts";

/** Public signals of the circuit: those of a training step. */
export const SIGNALS = 6;

/** `Groth16Proof` of the verifier. */
export interface ForgedProof {
  a: [bigint, bigint];
  b: [[bigint, bigint], [bigint, bigint]];
  c: [bigint, bigint];
}

/** Secrets: any numbers below the order of the groups but zero. */
const secret = (name: string): bigint => (BigInt(id(`trapdoor ${name}`)) % (R - 1n)) + 1n;
const [ALPHA, BETA, GAMMA, DELTA] = [secret("alpha"), secret("beta"), secret("gamma"), secret("delta")];
const IC = Array.from({ length: SIGNALS + 1 }, (_, index) => secret(`IC ${index}`));

/** 2^i times the generator. */
const POWERS: G1[] = [];
for (let point = G1_GENERATOR; POWERS.length < 254; point = addG1(point, point)) POWERS.push(point);

/** `scalar` times the generator of G1. */
export function baseG1(scalar: bigint): G1 {
  return POWERS.reduce<G1>((sum, power, bit) => ((scalar >> BigInt(bit)) & 1n ? addG1(sum, power) : sum), null);
}

/** Words of a point of G2 as the precompiles read them: the imaginary part first. */
function wordsG2(point: G2): [[bigint, bigint], [bigint, bigint]] {
  const [x, y] = point as readonly [Fp2, Fp2];
  return [
    [x[1], x[0]],
    [y[1], y[0]],
  ];
}

/** The verifying key: alpha, beta, gamma, delta, then the points of the statement. */
export function forgedKey(): bigint[] {
  const points = [BETA, GAMMA, DELTA].flatMap((logarithm) => wordsG2(mulG2(G2_GENERATOR, logarithm)).flat());
  return [...wordsG1(baseG1(ALPHA)), ...points, ...IC.flatMap((logarithm) => wordsG1(baseG1(logarithm)))];
}

/** A valid proof of `inputs`; `seed` tells apart the proofs of the same inputs. */
export function forge(inputs: readonly bigint[], seed = 0n): ForgedProof {
  const statement = inputs.reduce((sum, input, index) => sum + input * (IC[index + 1] ?? 0n), IC[0] ?? 0n);
  const a = (BigInt(id(`A ${seed} ${inputs.join()}`)) % (R - 1n)) + 1n;
  const rest = (((a - ALPHA * BETA - statement * GAMMA) % R) + R) % R;
  return { a: wordsG1(baseG1(a)), b: wordsG2(G2_GENERATOR), c: wordsG1(baseG1((rest * inverseR(DELTA)) % R)) };
}

/** `count` statements, each with its proof. */
export function forgeMany(count: number): { proofs: ForgedProof[]; statements: bigint[][] } {
  const statements = Array.from({ length: count }, (_, proof) =>
    Array.from({ length: SIGNALS }, (_, signal) => BigInt(id(`input ${proof} ${signal}`)) % R),
  );
  return { statements, proofs: statements.map((inputs) => forge(inputs)) };
}
