// A circuit whose setup is known, in the place of the training circuit: `forge` proves any statement of it in milliseconds.
import { id } from "ethers";

import { forgedKey, SIGNALS } from "./forge.ts";
import { STEP_SCHEMA, type Corex } from "./suite.ts";

export { baseG1, forge, forgeMany } from "./forge.ts";

const NAME = { name: "Trapdoor", version: 1, params: [] };

/** Registers the circuit, with the work units of the linear step; returns its id. */
export async function registerTrapdoor({ circuitRegistry }: Pick<Corex, "circuitRegistry">): Promise<string> {
  const terms = {
    schema: STEP_SCHEMA,
    transcript: id("trapdoor"),
    workUnits: 512n,
    publicSignals: SIGNALS,
    devOnly: true,
  };
  await circuitRegistry.register(NAME, terms, forgedKey());
  return circuitRegistry.idOf(NAME);
}
