import { CachedProver } from "./proofs.ts";
import { profileTransaction, type Profile } from "./profile.ts";
import { addCircuit, deactivateSilent, growTo, registerAll } from "./scenes/nodes.ts";
import { rewards } from "./scenes/rewards.ts";
import type { Record as Recorder } from "./scenes/scene.ts";
import { abandonedTask, drawAmong, marketTask, networkTask } from "./scenes/tasks.ts";
import type { GasReport } from "./snapshot.ts";
import { createWorld, type World } from "./world.ts";

export interface GasMeasurement {
  readonly gas: GasReport;
  /** Where the gas of the operations of {@link PROFILED} goes. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Names of the contracts in the profile, by address in lower case. */
  readonly names: Readonly<Record<string, string>>;
}

/** Operations whose gas is traced to the contracts that spend it. */
export const PROFILED = [
  "submit, market: warm",
  "verify alone: 6 public signals",
  "assign: later step, 1 node",
] as const;

export interface GasOptions {
  /** Sizes of the active set to measure draws at, ascending; a thousand nodes take a quarter of a minute. */
  readonly drawSizes: readonly number[];
}

/**
 * Runs every state-changing operation once, with real proofs, on a chain in memory.
 *
 * @param report is told each figure as it comes.
 */
export async function measureGas(
  report: (operation: string, gas: number) => void,
  { drawSizes }: GasOptions,
): Promise<GasMeasurement> {
  const gas: Record<string, number> = {};
  const hashes: Record<string, string> = {};
  const record: Recorder = (operation, { receipt }) => {
    gas[operation] = Number(receipt.gasUsed);
    hashes[operation] = receipt.hash;
    report(operation, Number(receipt.gasUsed));
  };
  const world = await createWorld();
  const prover = new CachedProver(world.circuit);
  try {
    const stage = { world, prover, record };
    const node = await registerAll(stage);
    await deactivateSilent(stage, node);
    await networkTask(stage);
    await marketTask(stage);
    const profiles: Record<string, Profile> = {};
    for (const operation of PROFILED) {
      profiles[operation] = await profileTransaction(world, hashes[operation] ?? "");
    }
    await abandonedTask(stage);
    await rewards(stage);
    await measureDraws(record, drawSizes);
    return { gas, profiles, names: namesOf(world) };
  } finally {
    await prover.close();
    await world.close();
  }
}

/** Draws in a world of their own, whose nodes were all alive within the last hour. */
async function measureDraws(record: Recorder, sizes: readonly number[]): Promise<void> {
  const world = await createWorld();
  try {
    await addCircuit(world);
    for (const size of sizes) {
      await growTo(world, size);
      await drawAmong({ world, record }, size);
    }
  } finally {
    await world.close();
  }
}

function namesOf({ deployment }: World): Record<string, string> {
  const names = Object.entries(deployment.contracts).map(([name, address]) => [address.toLowerCase(), name] as const);
  return Object.fromEntries(names);
}
