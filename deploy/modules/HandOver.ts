import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { ADMIN_DELAY, PARAMETER_DELAY, ROLES } from "../authority.ts";
import Corex from "./Corex.ts";

/**
 * Takes every role from the deploying account and gives ADMIN and PARAMETERS to their holders, each with its delay.
 *
 * Run it last. The parameters `HandOver.admin` and `HandOver.parameters`, and the holders named at the deployment, must be
 * accounts that people control together and never the deploying account: it ends without any role.
 */
export default buildModule("HandOver", (m) => {
  const { accessManager } = m.useModule(Corex);
  const deployer = m.getAccount(0);
  const grantAdmin = m.call(accessManager, "grantRole", [ROLES.ADMIN, m.getParameter<string>("admin"), ADMIN_DELAY], {
    id: "grant_admin",
  });
  const grantParameters = m.call(
    accessManager,
    "grantRole",
    [ROLES.PARAMETERS, m.getParameter<string>("parameters"), PARAMETER_DELAY],
    { id: "grant_parameters" },
  );
  const renounced = (["OPERATIONS", "SECURITY", "DISCIPLINE", "ATTESTOR", "PARAMETERS"] as const).map((name) =>
    m.call(accessManager, "renounceRole", [ROLES[name], deployer], {
      id: `renounce_${name.toLowerCase()}`,
      after: [grantAdmin, grantParameters],
    }),
  );
  m.call(accessManager, "renounceRole", [ROLES.ADMIN, deployer], { id: "renounce_admin", after: renounced });
  return { accessManager };
});
