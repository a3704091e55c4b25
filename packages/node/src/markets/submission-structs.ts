import type { Claim } from "@corex/sdk/actions/submit-proved-work";
import type { Submission } from "@corex/sdk/actions/submit-fragment";
import type * as rounds from "@corex/sdk/actions/submit-round-fragment";
import type { SolidityProof } from "@corex/sdk/proof/encode-proof";

import type {
  ApplySubmission,
  EvaluationSubmission,
  GradientSubmission,
  ProvedClaim,
  StepSubmission,
} from "../journal/submission-json.ts";

/** What the contracts take of each kind of submission. The generated types are not read-only, so lists are copied. */
export function toStepStruct(submission: StepSubmission): Submission {
  const { chain, step, weights, newWeights, gradient, batch, loss, artifact } = submission;
  const { proof, shardProof, initialHeads } = submission;
  const values = { chain, step, weights, newWeights, gradient, batch, loss, artifact };
  return { ...values, proof: copy(proof), shardProof: [...shardProof], initialHeads: [...initialHeads] };
}

export function toGradientStruct({ proof, shardProof, ...values }: GradientSubmission): rounds.GradientSubmission {
  return { ...values, proof: copy(proof), shardProof: [...shardProof] };
}

export function toApplyStruct({ round, newWeights, artifact, proof }: ApplySubmission): rounds.ApplySubmission {
  return { round, newWeights, artifact, proof: copy(proof) };
}

export function toEvaluationStruct({
  proof,
  shardProof,
  ...values
}: EvaluationSubmission): rounds.EvaluationSubmission {
  return { ...values, proof: copy(proof), shardProof: [...shardProof] };
}

export function toClaimStruct({ batch, loss, correct, shardProof, proof }: ProvedClaim): Claim {
  return { batch, loss, correct, shardProof: [...shardProof], proof: copy(proof) };
}

function copy({ a, b, c }: SolidityProof): Submission["proof"] {
  return { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] };
}
