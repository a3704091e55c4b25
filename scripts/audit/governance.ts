// The checks of who governs: the ledger of votes is sealed as deployed, timelocks obey their governors alone, the roles that people still
// hold are those of the phase, and in the last phase there are none.
import { Contract, ZeroAddress, ZeroHash, id } from "ethers";

import { CONTRACT_ROLES, ROLES, type RoleName } from "../../deploy/authority.ts";
import { EXCLUDED_FROM_VOTES } from "../../deploy/excluded.ts";
import { PHASES, TENURES } from "../../deploy/holders.ts";
import { expectEqual } from "./expect.ts";
import type { DeployedSuite } from "./suite.ts";

const ABI = [
  "function isSealed() view returns (bool)",
  "function isExcluded(address) view returns (bool)",
  "function sourceOf(uint8) view returns (address)",
  "function hasRole(bytes32,address) view returns (bool)",
  "function phase() view returns (uint8)",
];
const MANAGER_ABI = ["function hasRole(uint64,address) view returns (bool,uint32)"];
const GRANTED = "RoleGranted(uint64,address,uint32,uint48,bool)";
const TIMELOCK_GRANTED = id("RoleGranted(bytes32,address,address)");

/** Whether the deployment has a DAO; older ones have none. */
export function hasGovernance(suite: DeployedSuite): boolean {
  return suite.names("Handover");
}

export async function votesAreSealed(suite: DeployedSuite): Promise<string> {
  const votes = new Contract(suite.address("VotingPower"), ABI, suite.provider);
  expectEqual("sealed", await votes.getFunction("isSealed")(), true);
  for (const [source, contract] of ["CorexToken", "StakeVault", "ContributionUnits"].entries()) {
    expectEqual(`source ${source}`, await votes.getFunction("sourceOf")(source), suite.address(contract));
  }
  for (const name of EXCLUDED_FROM_VOTES) {
    expectEqual(`exclusion of ${name}`, await votes.getFunction("isExcluded")(suite.address(name)), true);
  }
  return `three sources, ${EXCLUDED_FROM_VOTES.length} accounts without votes`;
}

/** Every role that was ever given in a timelock: only its governor, the council as canceller, and itself may hold one. */
export async function timelocksObey(suite: DeployedSuite): Promise<string> {
  for (const [timelock, governor] of [
    ["PolicyTimelock", "PolicyGovernor"],
    ["TechnicalTimelock", "TechnicalGovernor"],
  ] as const) {
    const contract = new Contract(suite.address(timelock), ABI, suite.provider);
    for (const { topics } of await suite.logs(timelock, [TIMELOCK_GRANTED])) {
      const [, role = ZeroHash, word = ZeroHash] = topics;
      const account = `0x${word.slice(26)}`;
      if (!((await contract.getFunction("hasRole")(role, account)) as boolean)) continue;
      const allowed =
        role === ZeroHash
          ? [suite.address(timelock)]
          : [suite.address(governor), ...(role === id("CANCELLER_ROLE") ? [suite.address("CouncilPowers")] : [])];
      if (!allowed.some((address) => address.toLowerCase() === account)) {
        throw new Error(`${account} holds role ${role} of ${timelock}`);
      }
    }
    for (const role of ["PROPOSER_ROLE", "EXECUTOR_ROLE"]) {
      expectEqual(`open ${role}`, await contract.getFunction("hasRole")(id(role), ZeroAddress), false);
    }
  }
  return "governors propose, cancel and execute; the council cancels; nobody administers";
}

/** Who holds which role of the access manager, contracts of the table left out. */
export async function peopleWithPower(suite: DeployedSuite): Promise<string> {
  const manager = new Contract(suite.address("AccessManager"), MANAGER_ABI, suite.provider);
  const handover = new Contract(suite.address("Handover"), ABI, suite.provider);
  const phase = Number((await handover.getFunction("phase")()) as bigint);
  const last = phase === PHASES.length - 1;
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { topics } of await suite.logs("AccessManager", [id(GRANTED)])) {
    const role = BigInt(topics[1] ?? 0);
    const account = `0x${topics[2]?.slice(26) ?? ""}`;
    const key = `${role} ${account}`;
    if (seen.has(key) || role === ROLES.ATTESTOR) continue;
    seen.add(key);
    const [held] = (await manager.getFunction("hasRole")(role, account)) as [boolean, bigint];
    if (held && !contractsWith(suite, role, phase).has(account)) found.push(`${nameOf(role)} of ${account}`);
  }
  if (last && found.length > 0) throw new Error(`people still have power: ${found.join(", ")}`);
  return `phase ${PHASES[phase] ?? ""}: ${found.length === 0 ? "no person has power" : found.join(", ")}`;
}

/** Contracts that the table gives a role, lower case: for ever, or to the timelock in this phase, or ADMIN to the handover before the last. */
function contractsWith(suite: DeployedSuite, role: bigint, phase: number): Set<string> {
  const names: string[] = CONTRACT_ROLES.filter((line) => ROLES[line.role] === role).map(({ contract }) => contract);
  for (const { role: name, holder, delays } of TENURES) {
    if (ROLES[name] === role && holder === "TechnicalTimelock" && delays[phase] !== undefined) names.push(holder);
  }
  if (role === ROLES.ADMIN && phase < PHASES.length - 1) names.push("Handover");
  return new Set(names.map((name) => suite.address(name).toLowerCase()));
}

function nameOf(role: bigint): string {
  return (Object.keys(ROLES) as RoleName[]).find((name) => ROLES[name] === role) ?? String(role);
}
