/** Labels of the functions that a proposal may call: what voters read beside the calls. */
import { id } from "ethers";

import { AUTHORITY, CONTRACT_ROLES, type RestrictedContract } from "./authority.ts";
import { TENURES } from "./holders.ts";

export interface Label {
  readonly contract: RestrictedContract;
  readonly selector: string;
  readonly text: string;
}

/** Roles that the technical timelock has in some phase. */
const ROLES_OF_DAO = new Set(
  [...CONTRACT_ROLES.map(({ role, contract }) => ({ role, holder: contract })), ...TENURES]
    .filter(({ holder }) => holder === "TechnicalTimelock")
    .map(({ role }) => role),
);

/**
 * One label for each function that the DAO may call. Without one, and so with the longer delay, are the function that labels, and those of
 * contracts that are deployed after the registry of labels.
 */
export const LABELS: readonly Label[] = AUTHORITY.filter(
  ({ contract, role }) => ROLES_OF_DAO.has(role) && contract !== "SelectorRegistry" && contract !== "GovernanceRewards",
).map(({ contract, signature }) => ({
  contract,
  selector: id(signature).slice(0, 10),
  text: `${contract}.${signature.split("(")[0] ?? ""}`,
}));
