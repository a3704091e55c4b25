/** Labels of the functions that a proposal may call: what voters read beside the calls. */
import { id } from "ethers";

import { AUTHORITY, type RestrictedContract } from "./authority.ts";

export interface Label {
  readonly contract: RestrictedContract;
  readonly selector: string;
  readonly text: string;
}

/** One label for each restricted function of the table, but the one that labels: that always waits the longer delay. */
export const LABELS: readonly Label[] = AUTHORITY.filter(({ contract }) => contract !== "SelectorRegistry").map(
  ({ contract, signature }) => ({
    contract,
    selector: id(signature).slice(0, 10),
    text: `${contract}.${signature.split("(")[0] ?? ""}`,
  }),
);
