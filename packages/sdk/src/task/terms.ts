import type { TaskTermsStruct } from "../../../../typechain-types/contracts/market/ITaskMarket.ts";

/** `TaskTerms` of the market with plain values: what is hashed, sent and stored. */
export interface TaskTerms {
  readonly owner: string;
  readonly circuit: string;
  readonly shardRoot: string;
  readonly initialWeights: string;
  readonly manifest: string;
  /** CXT wei. */
  readonly feePerFragment: bigint;
  /** Seconds. */
  readonly fragmentDuration: bigint;
  readonly steps: bigint;
  readonly shardsPerChain: bigint;
  readonly chains: bigint;
  /** Hardware asked for: 0 for any, else one plus the number of the device class. */
  readonly device: bigint;
  /** Lowest tier of the nodes asked for, 0 to 4. */
  readonly minTier: bigint;
  readonly nonce: bigint;
}

/** Solidity type of the terms, for ABI encoding. */
export const TASK_TERMS_TYPE =
  "tuple(address owner, bytes32 circuit, bytes32 shardRoot, bytes32 initialWeights, bytes32 manifest, " +
  "uint256 feePerFragment, uint32 fragmentDuration, uint32 steps, uint32 shardsPerChain, uint16 chains, " +
  "uint8 device, uint8 minTier, uint64 nonce)";

/** Copies terms out of a decoded event or call: ethers results do not survive structured cloning or JSON. */
export function toTaskTerms(terms: Pick<TaskTerms, keyof TaskTerms>): TaskTerms {
  const { owner, circuit, shardRoot, initialWeights, manifest } = terms;
  const { feePerFragment, fragmentDuration, steps, shardsPerChain, chains, device, minTier, nonce } = terms;
  return {
    owner,
    circuit,
    shardRoot,
    initialWeights,
    manifest,
    feePerFragment,
    fragmentDuration,
    steps,
    shardsPerChain,
    chains,
    device,
    minTier,
    nonce,
  } satisfies TaskTermsStruct;
}
