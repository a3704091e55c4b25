import type { Groth16ProofJson } from "snarkjs";

/** A Groth16 proof as Solidity takes it: `uint256[2] a, uint256[2][2] b, uint256[2] c`. */
export interface SolidityProof {
  readonly a: readonly [bigint, bigint];
  readonly b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  readonly c: readonly [bigint, bigint];
}

/**
 * Encodes a snarkjs proof for the verifier contract.
 *
 * The coordinates of B lie in a quadratic extension. snarkjs writes (real, imaginary), the pairing precompile reads
 * (imaginary, real): they are swapped here, as `exportSolidityCallData` does.
 */
export function encodeProof({ pi_a, pi_b, pi_c }: Groth16ProofJson): SolidityProof {
  return {
    a: [BigInt(pi_a[0]), BigInt(pi_a[1])],
    b: [
      [BigInt(pi_b[0][1]), BigInt(pi_b[0][0])],
      [BigInt(pi_b[1][1]), BigInt(pi_b[1][0])],
    ],
    c: [BigInt(pi_c[0]), BigInt(pi_c[1])],
  };
}
