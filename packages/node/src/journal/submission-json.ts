import type { SolidityProof } from "@corex/sdk/proof/encode-proof";

/** Who did a fragment that somebody else submits, and the signature that allows it. */
export interface SignedBy {
  readonly operator: string;
  readonly signature: string;
  /** Node of the operator. */
  readonly node: number;
}

/** The step of a chain with plain values, as the market takes it. */
export interface StepSubmission {
  readonly kind: "step";
  readonly chain: number;
  readonly step: number;
  readonly weights: bigint;
  readonly newWeights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly artifact: string;
  readonly proof: SolidityProof;
  readonly shardProof: readonly string[];
  readonly initialHeads: readonly bigint[];
  /** Absent when the node that did it submits it. */
  readonly signedBy?: SignedBy;
}

/** The gradient of a lane, and the head it was computed at. */
export interface GradientSubmission {
  readonly kind: "gradient";
  readonly lane: number;
  readonly round: number;
  readonly weights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly artifact: string;
  readonly proof: SolidityProof;
  readonly shardProof: readonly string[];
}

/** The step of a round, and what it was computed from. */
export interface ApplySubmission {
  readonly kind: "apply";
  readonly round: number;
  readonly weights: bigint;
  readonly newWeights: bigint;
  readonly gradients: readonly bigint[];
  readonly artifact: string;
  readonly proof: SolidityProof;
}

/** The evaluation of a held-out shard, and the head that was evaluated. */
export interface EvaluationSubmission {
  readonly kind: "evaluation";
  readonly shard: number;
  readonly weights: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly correct: bigint;
  readonly proof: SolidityProof;
  readonly shardProof: readonly string[];
}

/** The result of a fragment that verifiers judge; its document is in the store, or in the journal until it is published. */
export interface WorkSubmission {
  readonly kind: "work";
  readonly fragment: number;
  /** Number of the draw that gave the fragment to this node. */
  readonly attempt: number;
  /** Nothing it starts from: zero. */
  readonly weights: bigint;
  /** SHA-256 digest of the document. */
  readonly result: string;
}

/** The claim about a fragment of work, with its proof. */
export interface ProvedWorkSubmission extends ProvedClaim {
  readonly kind: "proved-work";
  readonly fragment: number;
  /** Number of the draw that gave the fragment to this node. */
  readonly attempt: number;
  /** Commitment of the weights that were evaluated. */
  readonly weights: bigint;
}

/** A claim as the market of work takes it. */
export interface ProvedClaim {
  readonly batch: bigint;
  readonly loss: bigint;
  readonly correct: bigint;
  readonly shardProof: readonly string[];
  readonly proof: SolidityProof;
}

/** What the journal keeps of work that is done: enough to submit it without doing it again. */
export type FragmentSubmission =
  StepSubmission | GradientSubmission | ApplySubmission | EvaluationSubmission | WorkSubmission | ProvedWorkSubmission;

/** Fields that hold field elements, alone or in lists: decimal strings in the journal. */
const ELEMENTS = new Set([
  ...["weights", "newWeights", "gradient", "gradients", "batch", "loss", "correct", "initialHeads", "proof"],
]);

/** Writes a submission for the journal. */
export function formatSubmission(submission: FragmentSubmission): string {
  return JSON.stringify(submission, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/** Reads a submission that the journal wrote; journals of version 1 hold steps alone and do not say so. */
export function parseSubmission(text: string): FragmentSubmission {
  const stored = JSON.parse(text, (name, value: unknown) => (ELEMENTS.has(name) ? toElements(value) : value)) as object;
  return { kind: "step", ...stored } as FragmentSubmission;
}

function toElements(value: unknown): unknown {
  if (typeof value === "string") return BigInt(value);
  if (typeof value === "bigint") return value;
  if (Array.isArray(value)) return value.map(toElements);
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, toElements(item)]));
}
