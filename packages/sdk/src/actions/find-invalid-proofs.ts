import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";
import { bisectInvalid } from "../proof/bisect-invalid.ts";
import type { SolidityProof } from "../proof/encode-proof.ts";

/** Proofs that the verifier takes in one batch. */
const MAX_BATCH = 64;

/** What the verifier says of a proof that does not hold. */
const REFUSALS = new Set([
  "CHAIN_PROOFVERIFIER_INVALIDBATCH",
  "CHAIN_PROOFVERIFIER_INVALIDBATCHPOINT",
  "CHAIN_PROOFVERIFIER_INPUTNOTINFIELD",
]);

/** A proof and the public signals it is to prove. */
export interface ProofOfSignals {
  readonly proof: SolidityProof;
  readonly signals: readonly bigint[];
}

/**
 * Names the proofs of a batch that do not hold, by halving it with calls that cost nothing: a batch that is refused on the
 * chain does not say which they are. Where the key is at hand, `bisectInvalid` with `verifyProof` does the same without a
 * chain.
 *
 * @returns their indices, ascending; none when the batch is good.
 * @throws CorexError PROOF_SIGNAL_COUNT when proofs have different numbers of signals; CHAIN_* when the verifier cannot be
 *   asked, as CHAIN_CIRCUITREGISTRY_UNKNOWNCIRCUIT or CHAIN_PROOFVERIFIER_INPUTCOUNT.
 */
export async function findInvalidProofs(
  { proofVerifier }: Pick<CorexContracts, "proofVerifier">,
  circuit: string,
  proofs: readonly ProofOfSignals[],
): Promise<number[]> {
  const counts = new Set(proofs.map(({ signals }) => signals.length));
  if (counts.size > 1) {
    throw new CorexError("PROOF_SIGNAL_COUNT", `proofs of one circuit with ${[...counts].join(" and ")} signals`);
  }
  const holds = async (from: number, to: number): Promise<boolean> => {
    const range = proofs.slice(from, to);
    try {
      await proofVerifier.verifyBatch(
        circuit,
        range.map(callOf),
        range.flatMap(({ signals }) => signals),
      );
      return true;
    } catch (cause) {
      const error = decodeError(cause);
      if (REFUSALS.has(error.code)) return false;
      throw error;
    }
  };
  return bisectInvalid(proofs.length, holds, MAX_BATCH);
}

function callOf({ proof: { a, b, c } }: ProofOfSignals) {
  type Pair = [bigint, bigint];
  return { a: [...a] as Pair, b: [[...b[0]], [...b[1]]] as [Pair, Pair], c: [...c] as Pair };
}
