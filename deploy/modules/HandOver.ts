import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { ROLES } from "../authority.ts";
import { ADMIN_GRANT_DELAY, GUARDIANS, ROLE_ADMINS, TENURES } from "../holders.ts";
import Corex from "./Corex.ts";
import { committeesOf } from "./governance.ts";

/**
 * Takes every role from the deploying account: the committees get theirs, with their delays, and the handover becomes the only
 * administrator.
 *
 * Run it last. The accounts of the committees and of the attestors must have been named at the deployment and must not be the deploying
 * account: it ends without any role.
 */
export default buildModule("HandOver", (m) => {
  const corex = m.useModule(Corex);
  const { accessManager, handover } = corex;
  const deployer = m.getAccount(0);
  const committees = committeesOf(m);
  const settings = [
    ...TENURES.flatMap(({ role, holder, delays: [delay] }) => {
      if (delay === undefined || holder === "TechnicalTimelock") return [];
      return [m.call(accessManager, "grantRole", [ROLES[role], committees[holder], delay], { id: `grant_${role}` })];
    }),
    ...GUARDIANS.map(({ role, guardian }) =>
      m.call(accessManager, "setRoleGuardian", [ROLES[role], ROLES[guardian]], { id: `guardian_${role}` }),
    ),
    ...ROLE_ADMINS.map(({ role, admin }) =>
      m.call(accessManager, "setRoleAdmin", [ROLES[role], ROLES[admin]], { id: `admin_${role}` }),
    ),
    m.call(accessManager, "grantRole", [ROLES.ADMIN, handover, 0], { id: "grant_admin" }),
  ];
  const delayed = m.call(accessManager, "setGrantDelay", [ROLES.ADMIN, ADMIN_GRANT_DELAY], {
    id: "admin_grant_delay",
    after: settings,
  });
  const renounced = (["OPERATIONS", "SECURITY", "DISCIPLINE", "ATTESTOR", "PARAMETERS", "EXECUTIVE"] as const).map(
    (name) =>
      m.call(accessManager, "renounceRole", [ROLES[name], deployer], {
        id: `renounce_${name.toLowerCase()}`,
        after: [delayed],
      }),
  );
  m.call(accessManager, "renounceRole", [ROLES.ADMIN, deployer], { id: "renounce_admin", after: renounced });
  return corex;
});
