import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import { readManifest } from "@corex/sdk/circuits/manifest";

import { circuitRegistration } from "../circuit-registration.ts";
import Corex from "./Corex.ts";

/** Registers every circuit of `circuits/circuits.json`. The registry refuses development keys outside test chains. */
export default buildModule("Circuits", (m) => {
  const { circuitRegistry } = m.useModule(Corex);
  for (const [key, entry] of Object.entries(readManifest().circuits)) {
    const { name, terms, verifyingKey } = circuitRegistration(entry);
    m.call(circuitRegistry, "register", [name, terms, verifyingKey], { id: key.replaceAll("-", "_") });
  }
  return { circuitRegistry };
});
