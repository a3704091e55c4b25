import { resolveAddress, type BigNumberish, type Signer, type TypedDataDomain } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import type { Relay } from "./submit-fragment-batch.ts";
import type { Submission } from "./submit-fragment.ts";

/** EIP-712 type of what an operator signs so that anyone can submit its fragment; see `ISubmissionSignatures`. */
export const SUBMISSION_TYPES = {
  Submission: [
    { name: "task", type: "bytes32" },
    { name: "chain", type: "uint16" },
    { name: "step", type: "uint32" },
    { name: "weights", type: "uint256" },
    { name: "newWeights", type: "uint256" },
    { name: "gradient", type: "uint256" },
    { name: "batch", type: "uint256" },
    { name: "loss", type: "uint256" },
    { name: "artifact", type: "bytes32" },
  ],
};

/** The domain that operators of one market sign for. @throws CorexError CHAIN_*. */
export async function readSubmissionDomain(
  { taskMarket }: Pick<CorexContracts, "taskMarket">,
  chainId: BigNumberish,
): Promise<TypedDataDomain> {
  try {
    return { name: "Corex", version: "1", chainId, verifyingContract: await taskMarket.signatures() };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/**
 * Signs a submission, so that anyone can submit it for the signer, in a batch or alone, and nothing else: claim, place and
 * artifact are fixed, and the pay goes to the signer's node. Good until the fragment's deadline.
 *
 * @param signer operator of the node that the fragment is assigned to, and that the proof names.
 */
export async function signSubmission(
  signer: Pick<Signer, "getAddress" | "signTypedData">,
  domain: TypedDataDomain,
  task: string,
  submission: Submission,
): Promise<Relay> {
  const { chain, step, weights, newWeights, gradient, batch, loss, artifact } = submission;
  const statement = { task, chain, step, weights, newWeights, gradient, batch, loss, artifact };
  const signature = await signer.signTypedData(domain, SUBMISSION_TYPES, statement);
  return { operator: await resolveAddress(await signer.getAddress()), signature };
}
