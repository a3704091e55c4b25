import type { RoundTermsStruct } from "../../../../typechain-types/contracts/market/IRoundMarket.ts";

/** `RoundTerms` of the market of rounds with plain values: what is hashed, sent and stored. */
export interface RoundTerms {
  readonly owner: string;
  readonly gradientCircuit: string;
  readonly applyCircuit: string;
  /** The zero hash for no evaluation. */
  readonly evaluateCircuit: string;
  readonly shardRoot: string;
  /** The zero hash without evaluation. */
  readonly heldOutRoot: string;
  /** Weights commitment that the first round starts from. */
  readonly initialWeights: bigint;
  readonly manifest: string;
  /** CXT wei. */
  readonly feePerGradient: bigint;
  /** CXT wei. */
  readonly feePerApply: bigint;
  /** CXT wei. */
  readonly feePerEvaluation: bigint;
  /** Seconds. */
  readonly fragmentDuration: bigint;
  /** Seconds after which a quorum is enough for a round. */
  readonly roundDuration: bigint;
  readonly rounds: bigint;
  readonly shards: bigint;
  /** Gradients of a round, 1 to 16. */
  readonly lanes: bigint;
  readonly quorum: bigint;
  /** Held-out shards evaluated at the end, 0 to 16. */
  readonly heldOut: bigint;
  /** Hardware asked for: 0 for any, else one plus the number of the device class. */
  readonly device: bigint;
  /** Lowest tier of the nodes asked for, 0 to 4. */
  readonly minTier: bigint;
  readonly nonce: bigint;
}

/** Solidity type of the terms, for ABI encoding. */
export const ROUND_TERMS_TYPE =
  "tuple(address owner, bytes32 gradientCircuit, bytes32 applyCircuit, bytes32 evaluateCircuit, bytes32 shardRoot, " +
  "bytes32 heldOutRoot, uint256 initialWeights, bytes32 manifest, uint256 feePerGradient, uint256 feePerApply, " +
  "uint256 feePerEvaluation, uint32 fragmentDuration, uint32 roundDuration, uint32 rounds, uint32 shards, " +
  "uint16 lanes, uint16 quorum, uint16 heldOut, uint8 device, uint8 minTier, uint64 nonce)";

/** Copies terms out of a decoded event or call: ethers results do not survive structured cloning or JSON. */
export function toRoundTerms(terms: Pick<RoundTerms, keyof RoundTerms>): RoundTerms {
  return {
    owner: terms.owner,
    gradientCircuit: terms.gradientCircuit,
    applyCircuit: terms.applyCircuit,
    evaluateCircuit: terms.evaluateCircuit,
    shardRoot: terms.shardRoot,
    heldOutRoot: terms.heldOutRoot,
    initialWeights: terms.initialWeights,
    manifest: terms.manifest,
    feePerGradient: terms.feePerGradient,
    feePerApply: terms.feePerApply,
    feePerEvaluation: terms.feePerEvaluation,
    fragmentDuration: terms.fragmentDuration,
    roundDuration: terms.roundDuration,
    rounds: terms.rounds,
    shards: terms.shards,
    lanes: terms.lanes,
    quorum: terms.quorum,
    heldOut: terms.heldOut,
    device: terms.device,
    minTier: terms.minTier,
    nonce: terms.nonce,
  } satisfies RoundTermsStruct;
}

/** CXT wei that a publication takes: `rounds * (lanes * feePerGradient + feePerApply) + heldOut * feePerEvaluation`. */
export function roundTaskFees(terms: RoundTerms): bigint {
  const ofRound = terms.lanes * terms.feePerGradient + terms.feePerApply;
  return terms.rounds * ofRound + terms.heldOut * terms.feePerEvaluation;
}
