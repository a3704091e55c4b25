import { waitUntilEligible } from "../economy.ts";
import type { Stage } from "../scenes.ts";

/**
 * Moves the clock of the local chain on, past a window in which nobody contests, and waits until every node is alive again: after
 * an hour without a sign of life it is not drawn.
 */
export async function passTime(stage: Stage, seconds: number): Promise<void> {
  const { network } = stage;
  await network.provider.send("evm_increaseTime", [seconds]);
  await network.provider.send("evm_mine", []);
  await waitUntilEligible(network);
}
