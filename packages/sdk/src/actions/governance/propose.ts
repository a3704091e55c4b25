import { contractAddress } from "../../contracts/contract-address.ts";
import { decodeError } from "../../contracts/decode-error.ts";
import { withProposer } from "../../governance/description.ts";
import { parameterIndex } from "../../governance/parameter-names.ts";
import type { Proposal } from "../../governance/proposal.ts";
import { approveToken } from "../approve-token.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/**
 * Brings a proposal to its first stage and returns its id. The description gets the mark of the sender, so that nobody can propose it first,
 * and the bond is approved when the allowance is smaller.
 *
 * @throws CorexError GOV_DESCRIPTION_INVALID, CHAIN_SUPPORTGOVERNOR_*, CHAIN_*.
 */
export async function propose(context: GovernanceContext, proposal: Proposal): Promise<Executed<bigint>> {
  const { contracts, sender } = context;
  const { supportGovernor } = contracts;
  const description = withProposer(proposal.description, sender.address);
  const spender = contractAddress(supportGovernor);
  const bond = await bondOf(context);
  if ((await allowanceOf(context, spender)) < bond) await approveToken(context, spender, bond);
  const { targets, values, calldatas } = proposal;
  const args = [[...targets], [...values], [...calldatas], description] as [string[], bigint[], string[], string];
  return execute(context, supportGovernor.propose, args, `propose:${description.slice(0, 32)}`);
}

async function bondOf({ contracts }: GovernanceContext): Promise<bigint> {
  try {
    return await contracts.parameters.get(parameterIndex("proposalBond"));
  } catch (cause) {
    throw decodeError(cause);
  }
}

async function allowanceOf({ contracts, sender }: GovernanceContext, spender: string): Promise<bigint> {
  try {
    return await contracts.token.allowance(sender.address, spender);
  } catch (cause) {
    throw decodeError(cause);
  }
}
