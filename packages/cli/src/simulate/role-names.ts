/** Roles of the access manager by their number, as in `contracts/types/Roles.sol`. */
export const ROLE_NAMES = [
  "ADMIN",
  "OPERATIONS",
  "SECURITY",
  "ATTESTOR",
  "REPORTER",
  "PARAMETERS",
  "BENCHMARK",
  "DISCIPLINE",
  "MARKET",
  "REPUTATION",
  "STAKING",
  "SLASHER",
  "LIABILITY",
  "JUDGE",
  "REVIEW",
  "ARBITER",
  "EXECUTIVE",
  "DAO",
  "BUDGET",
  "REWARDS",
  "GRANTS",
  "BUYBACK",
  "BRAKE",
  "PHASE",
] as const;

/** The name of a role; its number when it has none. */
export function roleName(role: bigint): string {
  return ROLE_NAMES[Number(role)] ?? String(role);
}
