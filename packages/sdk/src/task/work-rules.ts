import { CorexError } from "../errors.ts";
import { WORK_NAMES, type WorkName } from "../work/work-kind.ts";
import { VERIFICATIONS, type WorkTerms } from "./work-terms.ts";

/** Bounds of `WorkRules`: verifiers, seconds, and CXT wei = 50 CXT. */
export const MIN_VERIFIERS = 3;
export const MAX_VERIFIERS = 15;
export const MIN_VOTE_DURATION = 600;
export const MAX_VOTE_DURATION = 43_200;
export const MIN_CHALLENGE_DURATION = 3_600;
export const MAX_CHALLENGE_DURATION = 86_400;
export const MAX_VERIFIER_FEE = 50n * 10n ** 18n;
export const MAX_WORK_FRAGMENTS = 64;

/** Seconds that a node can have for a fragment; `MarketRules`. */
const MIN_FRAGMENT_DURATION = 60;
const MAX_FRAGMENT_DURATION = 604_800;
/** Least CXT wei per work unit; `MarketRules.MIN_FEE_PER_WORK_UNIT`. */
export const MIN_FEE_PER_WORK_UNIT = 10n ** 12n;

const ZERO_HASH = `0x${"0".repeat(64)}`;

/** Most work that a fragment of a kind can declare; `WorkRules.maxWorkOf`. */
export const MAX_DECLARED_WORK: Readonly<Record<WorkName, bigint>> = {
  inference: 10n ** 9n,
  labelling: 10n ** 6n,
  features: 10n ** 9n,
  preprocessing: 10n ** 8n,
  training: 10n ** 10n,
};

/** CXT wei that a verdict is paid at least where its task is paid: the work is done again, and 50 CXT is the most. */
export function defaultVerifierFee(workUnits: bigint): bigint {
  const worth = workUnits * MIN_FEE_PER_WORK_UNIT;
  return worth < MAX_VERIFIER_FEE ? worth : MAX_VERIFIER_FEE;
}

/**
 * Checks what the market checks, and says which term is wrong. Only the chain knows the largest fee and who has access to a
 * dataset.
 *
 * @throws CorexError TASK_INVALID.
 */
export function requireWorkTerms(terms: WorkTerms): void {
  const kind = WORK_NAMES[Number(terms.kind)];
  if (kind === undefined) throw invalid("kind", terms.kind, `one of ${WORK_NAMES.join(", ")}`);
  const isLabelling = kind === "labelling";
  if (terms.paired !== isLabelling) throw invalid("paired", terms.paired, `${isLabelling} of ${kind}`);
  within("fragments", terms.fragments, 1, MAX_WORK_FRAGMENTS);
  if (terms.paired && terms.fragments % 2n === 1n) throw invalid("fragments", terms.fragments, "an even number");
  within("acceptScore", terms.acceptScore, isLabelling ? 1 : 0, isLabelling ? 100 : 0);
  within("fragmentDuration", terms.fragmentDuration, MIN_FRAGMENT_DURATION, MAX_FRAGMENT_DURATION);
  within("device", terms.device, 0, 4);
  within("minTier", terms.minTier, 0, 4);
  within("workUnits", terms.workUnits, 1, MAX_DECLARED_WORK[kind]);
  requireVerification(terms);
  requireFees(terms);
}

function requireVerification(terms: WorkTerms): void {
  const verification = VERIFICATIONS[Number(terms.verification)];
  if (verification === undefined) throw invalid("verification", terms.verification, VERIFICATIONS.join(", "));
  const hasCircuit = terms.circuit !== ZERO_HASH;
  if (verification !== "committee" && !hasCircuit)
    throw invalid("circuit", "missing", `one: it is verified by ${verification}`);
  if (hasCircuit !== terms.weights > 0n) throw invalid("weights", terms.weights, "set with a circuit, and only then");
  if (hasCircuit !== (terms.inputRoot !== ZERO_HASH)) {
    throw invalid("inputRoot", terms.inputRoot, "set with a circuit, and only then");
  }
  if (verification === "proof") return within("verifiers", terms.verifiers, 0, 0);
  within("verifiers", terms.verifiers, MIN_VERIFIERS, MAX_VERIFIERS);
  if (terms.verifiers % 2n === 0n) throw invalid("verifiers", terms.verifiers, "an odd number");
  within("voteDuration", terms.voteDuration, MIN_VOTE_DURATION, MAX_VOTE_DURATION);
  within("challengeDuration", terms.challengeDuration, MIN_CHALLENGE_DURATION, MAX_CHALLENGE_DURATION);
  if (terms.plantRoot === ZERO_HASH) throw invalid("plantRoot", terms.plantRoot, "not zero");
}

/** A task without fee is one of the network: then nothing of it is paid. */
function requireFees(terms: WorkTerms): void {
  const isPaid = terms.feePerFragment > 0n;
  const isJudged = isPaid && VERIFICATIONS[Number(terms.verification)] !== "proof";
  const worth = terms.workUnits * MIN_FEE_PER_WORK_UNIT;
  if (isPaid && terms.feePerFragment < worth) {
    throw invalid(
      "feePerFragment",
      terms.feePerFragment,
      `${worth} CXT wei for ${terms.workUnits} work units at least`,
    );
  }
  within(
    "feePerVerifier",
    terms.feePerVerifier,
    isJudged ? defaultVerifierFee(terms.workUnits) : 0,
    isJudged ? MAX_VERIFIER_FEE : 0,
  );
  within("plants", terms.plants, 0, isJudged ? terms.fragments : 0);
  if (terms.plants > 0n !== terms.jackpot > 0n)
    throw invalid("jackpot", terms.jackpot, "set with plants, and only then");
}

function within(term: string, value: bigint, minimum: number | bigint, maximum: number | bigint): void {
  if (value >= minimum && value <= maximum) return;
  throw invalid(term, value, `from ${minimum} to ${maximum}`);
}

function invalid(term: string, value: unknown, expected: string): CorexError {
  return new CorexError("TASK_INVALID", `${term} is ${String(value)}, expected ${expected}`, {
    retry: "after-change",
    details: { term, value },
  });
}
