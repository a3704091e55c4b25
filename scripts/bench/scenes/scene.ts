import type { TransactionReceipt } from "ethers";

import type { CachedProver } from "../proofs.ts";
import type { World } from "../world.ts";

/** Notes the gas of a whole transaction under the name of its operation; traces it if it is one that is profiled. */
export type Record = (operation: string, executed: { readonly receipt: TransactionReceipt }) => Promise<void>;

/** What every scene of the scenario works with. */
export interface Stage {
  readonly world: World;
  readonly prover: CachedProver;
  readonly record: Record;
}

/** A scene that proves nothing. */
export type PlainStage = Omit<Stage, "prover">;
