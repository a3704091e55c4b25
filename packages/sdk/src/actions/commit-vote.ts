import { AbiCoder, keccak256 } from "ethers";

import { execute, type ActionContext, type Executed } from "./execute.ts";
import { RULINGS, type RulingName } from "./read-dispute.ts";

/** What a juror says, and what hides it until it is revealed. */
export interface SealedVote {
  readonly ruling: RulingName;
  /** 32 random bytes; whoever loses them cannot reveal, and is punished. */
  readonly salt: string;
}

/** Where a juror votes. */
export interface VotePlace {
  readonly chainId: bigint | number;
  /** Address of the court. */
  readonly court: string;
  readonly dispute: bigint;
  readonly round: number;
  readonly juror: string;
}

/** What a juror commits, as `IArbitration.commitmentOf` computes it. */
export function voteCommitment(place: VotePlace, { ruling, salt }: SealedVote): string {
  const types = ["uint256", "address", "uint256", "uint256", "address", "uint8", "bytes32"];
  const { chainId, court, dispute, round, juror } = place;
  const values = [chainId, court, dispute, round, juror, RULINGS.indexOf(ruling), salt];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}

/** Seals the vote of the sender, for all of its votes in the round. @throws CorexError CHAIN_ARBITRATION_*. */
export async function commitVote(
  context: ActionContext,
  dispute: bigint,
  round: number,
  commitment: string,
): Promise<Executed<undefined>> {
  const { arbitration } = context.contracts;
  return execute(context, arbitration.commit, [dispute, commitment], `commit-vote:${dispute}:${round}`);
}
