// Who may call the restricted functions of the market of work, and the roles that it holds.
import type { RoleName } from "../../../deploy/authority.ts";

export const WORK_AUTHORITY: readonly { readonly name: string; readonly role: RoleName }[] = [
  { name: "publishNetwork", role: "OPERATIONS" },
  { name: "setProtocolFee", role: "PARAMETERS" },
  { name: "accept", role: "REVIEW" },
  { name: "reject", role: "REVIEW" },
  { name: "payVerifiers", role: "REVIEW" },
  { name: "payJackpot", role: "REVIEW" },
  { name: "takeBond", role: "REVIEW" },
  { name: "giveBond", role: "REVIEW" },
];

export const WORK_ROLES = ["REPORTER", "MARKET", "LIABILITY", "JUDGE"] as const;
