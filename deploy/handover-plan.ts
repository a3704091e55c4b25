/** The calls of each phase of the handover, with the addresses of a deployment. */
import { Interface } from "ethers";

import { ROLES } from "./authority.ts";
import { type Committee, type PlannedCall, plannedCalls } from "./holders.ts";

const PLANNED = new Interface([
  "function grantRole(uint64 role, address account, uint32 delay)",
  "function revokeRole(uint64 role, address account)",
  "function lowerCommitteeShare(uint256 share)",
]);

/** Addresses that the plan names. */
export type PlanAddresses = Readonly<Record<Committee | "AccessManager" | "Treasury" | "TechnicalTimelock", string>>;

/** What `Handover.advance` takes to begin the phase with number `phase`, 1 to 3. */
export function phaseCalls(phase: number, addresses: PlanAddresses): { target: string; data: string }[] {
  return plannedCalls(phase).map((call) => ({ target: addresses[call.target], data: encode(call, addresses) }));
}

function encode({ method, role, holder, value }: PlannedCall, addresses: PlanAddresses): string {
  if (role === undefined || holder === undefined) return PLANNED.encodeFunctionData(method, [value]);
  const args = [ROLES[role], addresses[holder], ...(method === "grantRole" ? [value] : [])];
  return PLANNED.encodeFunctionData(method, args);
}
