import { concat, formatEther, keccak256, type Provider } from "ethers";

import type { ProposalStatus } from "@corex/sdk/actions/governance/read-proposal";
import type { GovernanceSession } from "../governance/session.ts";

/** What a voter should look at twice. */
export async function findWarnings(
  { contracts, provider }: GovernanceSession,
  { id, calls, kind, decision, targets }: ProposalStatus,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const [index, { target, contract, label, longDelay, value, signature }] of calls.entries()) {
    const call = `call ${index + 1} (${contract})`;
    if ((await provider.getCode(target)) === "0x") warnings.push(`${call}: the target has no code`);
    if (signature === undefined) warnings.push(`${call}: the function is not known`);
    if (value > 0n) warnings.push(`${call}: sends ${formatEther(value)} of native coin`);
    if (kind === "policy") continue;
    if (label === "") warnings.push(`${call}: the function has no label, so the timelock is 14 days`);
    else if (longDelay) warnings.push(`${call}: it gives or takes authority, so the timelock is 14 days`);
  }
  if (kind === "technical" && decision !== undefined) {
    const recorded = await contracts.technicalGovernor.codeHashOf(id);
    if (recorded !== (await codeHash(provider, targets))) {
      warnings.push("the code of a target has changed since the promotion: it cannot be executed");
    }
  }
  return warnings;
}

/** Hash over the code hashes of all targets, as the technical governor records it. */
async function codeHash(provider: Provider, targets: readonly string[]): Promise<string> {
  const codes = await Promise.all(targets.map(async (target) => provider.getCode(target)));
  return keccak256(concat(codes.map((code) => keccak256(code))));
}
