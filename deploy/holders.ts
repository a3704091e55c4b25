/**
 * Who holds what while the DAO takes over: the committees, and what the technical timelock gets later. With `authority.ts` it is all the
 * authority there is. The handover's calls, the documentation and the tests are derived from it.
 */
import type { RoleName } from "./authority.ts";

/** Phases of the handover, as `Phase` in `contracts/governance/IHandover.sol`. */
export const PHASES = ["Bootstrap", "Shared", "DaoPrimary", "DaoOnly"] as const;

/** Accounts of committees: contracts that their members control together. They cannot be exchanged. */
export type Committee = "ExecutiveCommittee" | "OperationsCommittee" | "SecurityCommittee";

export interface Tenure {
  readonly role: RoleName;
  readonly holder: Committee | "TechnicalTimelock";
  /** For each phase: seconds between announcing and executing a call; absent where the holder does not have the role. */
  readonly delays: readonly [number | undefined, number | undefined, number | undefined, number | undefined];
}

const DAY = 86_400;

/** Roles that somebody holds for some phases only. */
export const TENURES: readonly Tenure[] = [
  { role: "EXECUTIVE", holder: "ExecutiveCommittee", delays: [3 * DAY, 7 * DAY, undefined, undefined] },
  { role: "OPERATIONS", holder: "OperationsCommittee", delays: [0, 0, 0, undefined] },
  { role: "OPERATIONS", holder: "TechnicalTimelock", delays: [undefined, undefined, 0, 0] },
  { role: "BUDGET", holder: "OperationsCommittee", delays: [DAY, DAY, DAY, undefined] },
  { role: "SECURITY", holder: "SecurityCommittee", delays: [0, 0, 0, undefined] },
  { role: "DISCIPLINE", holder: "SecurityCommittee", delays: [0, 0, undefined, undefined] },
  { role: "DISCIPLINE", holder: "TechnicalTimelock", delays: [undefined, undefined, 0, 0] },
  { role: "BRAKE", holder: "SecurityCommittee", delays: [0, 0, undefined, undefined] },
  { role: "ADMIN", holder: "TechnicalTimelock", delays: [undefined, undefined, undefined, 0] },
];

/** Part of the Operations limit that the committee may use from each phase on, in basis points; all of it at first. */
export const COMMITTEE_SHARE_BPS = [10_000, 5_000, 2_500, 0] as const;

/** Who may cancel what the holders of a role announced. */
export const GUARDIANS: readonly { readonly role: RoleName; readonly guardian: RoleName }[] = [
  { role: "EXECUTIVE", guardian: "SECURITY" },
  { role: "BUDGET", guardian: "SECURITY" },
];

/** Who gives and takes a role, where it is not ADMIN. */
export const ROLE_ADMINS: readonly { readonly role: RoleName; readonly admin: RoleName }[] = [
  { role: "ATTESTOR", admin: "EXECUTIVE" },
];

/** Seconds until a new ADMIN can act. */
export const ADMIN_GRANT_DELAY = 14 * DAY;

/** One call of a phase: a function of the access manager or of the treasury, with addresses by name. */
export interface PlannedCall {
  readonly target: "AccessManager" | "Treasury";
  readonly method: "grantRole" | "revokeRole" | "lowerCommitteeShare";
  readonly role?: RoleName;
  readonly holder?: Tenure["holder"];
  readonly value?: number;
}

/** What the phase with number `phase` (1 to 3) begins with, in order: what is taken, what is given, the committee's share. */
export function plannedCalls(phase: number): PlannedCall[] {
  const taken: PlannedCall[] = [];
  const given: PlannedCall[] = [];
  for (const { role, holder, delays } of TENURES) {
    const [before, after] = [delays[phase - 1], delays[phase]];
    if (before === after) continue;
    if (after === undefined) taken.push({ target: "AccessManager", method: "revokeRole", role, holder });
    else given.push({ target: "AccessManager", method: "grantRole", role, holder, value: after });
  }
  const share: PlannedCall = {
    target: "Treasury",
    method: "lowerCommitteeShare",
    value: COMMITTEE_SHARE_BPS[phase] ?? 0,
  };
  return [...taken, ...given, share];
}
