import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { ROLES } from "../authority.ts";
import Corex from "./Corex.ts";

/**
 * Gives ADMIN to its holder and takes it from the deploying account. Run it last, with `HandOver.admin` in the
 * parameters: a contract that people control together, never the deploying account itself (it would end without ADMIN).
 */
export default buildModule("HandOver", (m) => {
  const { accessManager } = m.useModule(Corex);
  const granted = m.call(accessManager, "grantRole", [ROLES.ADMIN, m.getParameter<string>("admin"), 0], {
    id: "grant_admin",
  });
  m.call(accessManager, "renounceRole", [ROLES.ADMIN, m.getAccount(0)], { id: "renounce_admin", after: [granted] });
  return { accessManager };
});
