import type { WorkTermsStruct } from "../../../../typechain-types/contracts/market/IWorkMarket.ts";

/** `WorkTerms` of the market of work with plain values: what is hashed, sent and stored. */
export interface WorkTerms {
  readonly owner: string;
  /** Number of the kind of work, see `WORK_NAMES`. */
  readonly kind: bigint;
  /** Number of the way of verification, see {@link VERIFICATIONS}. */
  readonly verification: bigint;
  /** Whether two nodes do each input: fragments 2i and 2i + 1. Labelling alone. */
  readonly paired: boolean;
  /** Verifiers of a committee: odd, 3 to 15; zero with "proof". */
  readonly verifiers: bigint;
  /** Of labels the lowest median score that is accepted, 1 to 100; else zero. */
  readonly acceptScore: bigint;
  /** Hardware asked for: 0 for any, else one plus the number of the device class. */
  readonly device: bigint;
  /** Lowest tier of the nodes asked for, 0 to 4. */
  readonly minTier: bigint;
  /** Planted fragments for which a jackpot is deposited. */
  readonly plants: bigint;
  /** Fragments, 1 to 64. */
  readonly fragments: bigint;
  /** Seconds. */
  readonly fragmentDuration: bigint;
  /** Seconds to commit a verdict, and again to reveal it. */
  readonly voteDuration: bigint;
  /** Seconds in which a verdict can be contested. */
  readonly challengeDuration: bigint;
  /** Work of a fragment. */
  readonly workUnits: bigint;
  /** CXT wei that the verifiers share who reject a planted result. */
  readonly jackpot: bigint;
  /** CXT wei, protocol fee included. */
  readonly feePerFragment: bigint;
  /** CXT wei. */
  readonly feePerVerifier: bigint;
  /** The zero hash for none: then results cannot be proved. */
  readonly circuit: string;
  /** Commitment of the weights that the circuit works with; zero without one. */
  readonly weights: bigint;
  /** Merkle root of the batches that the circuit works with; the zero hash without one. */
  readonly inputRoot: string;
  /** Dataset the work is on; the zero hash for none. */
  readonly dataset: string;
  /** SHA-256 digest of the specification. */
  readonly spec: string;
  /** SHA-256 digest of the manifest. */
  readonly manifest: string;
  /** Merkle root of the planted results, or anything that looks like one. */
  readonly plantRoot: string;
  readonly nonce: bigint;
}

/** How results are verified, by the number on chain. */
export const VERIFICATIONS = ["committee", "proof", "both"] as const;

export type VerificationName = (typeof VERIFICATIONS)[number];

/** Committees that a fragment has the fees of reserved; `IWorkMarket` calls them sittings. */
export const SITTINGS = 2n;

/** Solidity type of the terms, for ABI encoding. */
export const WORK_TERMS_TYPE =
  "tuple(address owner, uint8 kind, uint8 verification, bool paired, uint8 verifiers, uint8 acceptScore, uint8 device, " +
  "uint8 minTier, uint16 plants, uint32 fragments, uint32 fragmentDuration, uint32 voteDuration, " +
  "uint32 challengeDuration, uint64 workUnits, uint96 jackpot, uint256 feePerFragment, uint256 feePerVerifier, " +
  "bytes32 circuit, uint256 weights, bytes32 inputRoot, bytes32 dataset, bytes32 spec, bytes32 manifest, " +
  "bytes32 plantRoot, uint64 nonce)";

/** Copies terms out of a decoded event or call: ethers results do not survive structured cloning or JSON. */
export function toWorkTerms(terms: Pick<WorkTerms, keyof WorkTerms>): WorkTerms {
  return {
    owner: terms.owner,
    kind: terms.kind,
    verification: terms.verification,
    paired: terms.paired,
    verifiers: terms.verifiers,
    acceptScore: terms.acceptScore,
    device: terms.device,
    minTier: terms.minTier,
    plants: terms.plants,
    fragments: terms.fragments,
    fragmentDuration: terms.fragmentDuration,
    voteDuration: terms.voteDuration,
    challengeDuration: terms.challengeDuration,
    workUnits: terms.workUnits,
    jackpot: terms.jackpot,
    feePerFragment: terms.feePerFragment,
    feePerVerifier: terms.feePerVerifier,
    circuit: terms.circuit,
    weights: terms.weights,
    inputRoot: terms.inputRoot,
    dataset: terms.dataset,
    spec: terms.spec,
    manifest: terms.manifest,
    plantRoot: terms.plantRoot,
    nonce: terms.nonce,
  } satisfies WorkTermsStruct;
}

/** Whether a circuit can prove the results: then they are claims, not documents. */
export function hasCircuit({ circuit }: Pick<WorkTerms, "circuit">): boolean {
  return BigInt(circuit) !== 0n;
}

/** CXT wei of what is reserved for the verifiers of a fragment. */
export function verificationReserve({
  verifiers,
  feePerVerifier,
}: Pick<WorkTerms, "verifiers" | "feePerVerifier">): bigint {
  return SITTINGS * verifiers * feePerVerifier;
}

/** CXT wei that a publication takes: for each fragment its fee and two committees, and the jackpots. */
export function workTaskFees(terms: WorkTerms): bigint {
  const ofFragment = terms.feePerFragment + verificationReserve(terms);
  return terms.fragments * ofFragment + terms.plants * terms.jackpot;
}

/** The other fragment with the same input, of a paired task; undefined of any other. */
export function siblingOf({ paired }: Pick<WorkTerms, "paired">, fragment: number): number | undefined {
  return paired ? fragment ^ 1 : undefined;
}

/** Place of the input of a fragment in the manifest: two fragments share it in a paired task. */
export function inputIndex({ paired }: Pick<WorkTerms, "paired">, fragment: number): number {
  return paired ? Math.floor(fragment / 2) : fragment;
}
