import { AbiCoder, concat, keccak256, toBeHex } from "ethers";

import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import type { CircuitEntry } from "@corex/sdk/circuits/manifest";
import type { LinearStepSecrets } from "@corex/sdk/proof/linear-step";

export interface BenchmarkStatementInput {
  readonly circuit: Pick<CircuitEntry, "name" | "params">;
  readonly chainId: number;
  /** Address of the node registry. */
  readonly nodeRegistry: string;
  readonly node: bigint;
  /** 32 bytes that the attestor drew for this challenge. */
  readonly seed: string;
}

/**
 * The step that a node proves to show how fast it is. Everything follows from the seed, so nobody can prepare it, and the
 * context names chain, registry, node and seed, so that the proof is of no use to another node or for another challenge.
 */
export function benchmarkStatement({
  circuit,
  chainId,
  nodeRegistry,
  node,
  seed,
}: BenchmarkStatementInput): LinearStepSecrets {
  const { m, d, F } = linearStepParams(circuit);
  let counter = 0;
  const word = (): bigint => BigInt(keccak256(concat([seed, toBeHex(counter++, 32)])));
  // Below one in magnitude, so that no intermediate value leaves its range whatever the seed.
  const value = (fraction: number): bigint => (word() % (1n << BigInt(fraction + 1))) - (1n << BigInt(fraction));
  const vector = (length: number, fraction: number): bigint[] => Array.from({ length }, () => value(fraction));

  const context = AbiCoder.defaultAbiCoder().encode(
    ["uint256", "address", "uint32", "bytes32"],
    [chainId, nodeRegistry, node, seed],
  );
  return {
    X: Array.from({ length: m }, () => vector(d, F)),
    y: vector(m, F),
    weights: vector(d, F - 1),
    modelSalt: word() >> 8n,
    batchSalt: word() >> 8n,
    ctx: BigInt(keccak256(context)) >> 8n,
  };
}
