import { AbiCoder, keccak256 } from "ethers";

import { execute, type ActionContext, type Executed } from "./execute.ts";
import { VOTES, type VoteName } from "./read-case.ts";

/** What a verifier says of a result, and what hides it until it is revealed. */
export interface SealedVerdict {
  readonly vote: Exclude<VoteName, "none">;
  /** 0 to 100 for "accept" and "reject" of labels, else zero. */
  readonly score: number;
  /** 32 random bytes; whoever loses them cannot reveal, and is punished. */
  readonly salt: string;
}

/** Where a verdict is given. */
export interface VerdictPlace {
  readonly chainId: bigint | number;
  /** Address of the committee. */
  readonly committee: string;
  readonly caseId: bigint;
  readonly node: bigint;
}

/** What a verifier commits, as `IVerifierCommittee.commitmentOf` computes it. */
export function verdictCommitment(place: VerdictPlace, { vote, score, salt }: SealedVerdict): string {
  const types = ["uint256", "address", "uint256", "uint32", "uint8", "uint8", "bytes32"];
  const { chainId, committee, caseId, node } = place;
  const values = [chainId, committee, caseId, node, VOTES.indexOf(vote), score, salt];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}

/**
 * Seals the verdict of the sender's node. Once for each case, while its verifiers commit.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_NOSEAT, CHAIN_VERIFIERCOMMITTEE_ALREADYCOMMITTED,
 *   CHAIN_VERIFIERCOMMITTEE_TOOLATE, CHAIN_VERIFIERCOMMITTEE_WRONGPHASE.
 */
export async function commitVerdict(
  context: ActionContext,
  caseId: bigint,
  commitment: string,
): Promise<Executed<undefined>> {
  const { verifierCommittee } = context.contracts;
  return execute(context, verifierCommittee.commit, [caseId, commitment], `commit-verdict:${caseId}`);
}
