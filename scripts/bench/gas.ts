import { Crowd } from "./crowd.ts";
import { CachedProver } from "./proofs.ts";
import { profileTransaction, type Profile } from "./profile.ts";
import { batches } from "./scenes/batches.ts";
import { challenges } from "./scenes/benchmarks.ts";
import { bondedTask } from "./scenes/bonds.ts";
import { among, REAL_NODES, settle } from "./scenes/crowd.ts";
import { deactivateSilent, registerAll } from "./scenes/nodes.ts";
import { rewards } from "./scenes/rewards.ts";
import type { Record as Recorder } from "./scenes/scene.ts";
import { rounds } from "./scenes/rounds.ts";
import { positions, returned, slashes } from "./scenes/staking.ts";
import { abandonedTask, fundedOwner, marketTask, networkTask } from "./scenes/tasks.ts";
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
export const PROFILED: readonly string[] = [
  "submit, market: warm",
  "submit, market: warm, bonded",
  "verify alone: 6 public signals",
  "assign: later step, 10,000 nodes",
  "weight update: poke, typical, 10,000 nodes",
  "stake: first, 10,000 nodes",
  "stake: top-up, 10,000 nodes",
  "slash: later",
  "reassign: bonded, first miss of the node",
];

export interface GasOptions {
  /** Numbers of nodes to measure at, ascending from ten. */
  readonly sizes: readonly number[];
}

/**
 * Runs every state-changing operation once, with real proofs, on a chain in memory.
 *
 * @param report is told each figure as it comes.
 */
export async function measureGas(
  report: (operation: string, gas: number) => void,
  { sizes }: GasOptions,
): Promise<GasMeasurement> {
  const gas: Record<string, number> = {};
  const profiles: Record<string, Profile> = {};
  const names: Record<string, string> = {};
  const recorderOf = (world: World): Recorder => {
    Object.assign(names, namesOf(world));
    return async (operation, { receipt }) => {
      gas[operation] = Number(receipt.gasUsed);
      if (PROFILED.includes(operation)) profiles[operation] = await profileTransaction(world, receipt.hash);
      report(operation, Number(receipt.gasUsed));
    };
  };
  await measureWork(recorderOf);
  await measureBatches(recorderOf);
  await measureCrowds(recorderOf, sizes);
  return { gas, profiles, names };
}

/** The work of one node, with real proofs, and what comes of it. */
async function measureWork(recorderOf: (world: World) => Recorder): Promise<void> {
  const world = await createWorld();
  const prover = new CachedProver(world.circuit);
  try {
    const stage = { world, prover, record: recorderOf(world) };
    await fundedOwner(world);
    const node = await registerAll(stage);
    await deactivateSilent(stage, node);
    await challenges(stage, node);
    await networkTask(stage);
    await marketTask(stage);
    await world.aside(async () => bondedTask(stage, node));
    await world.aside(async () => rounds(stage));
    await abandonedTask(stage);
    await rewards(stage);
  } finally {
    await prover.close();
    await world.close();
  }
}

/** Proofs and submissions in batches, in a world of their own. */
export async function measureBatches(recorderOf: (world: World) => Recorder): Promise<void> {
  const world = await createWorld();
  try {
    await batches({ world, record: recorderOf(world) });
  } finally {
    await world.close();
  }
}

/** What depends on how many nodes there are, in a world of its own. */
async function measureCrowds(recorderOf: (world: World) => Recorder, sizes: readonly number[]): Promise<void> {
  const world = await createWorld();
  const stage = { world, record: recorderOf(world) };
  try {
    await settle(world);
    await Crowd.populate(world, REAL_NODES, REAL_NODES);
    for (const scene of [positions, slashes, returned]) await world.aside(async () => scene(stage));
    for (const size of sizes.filter((nodes) => nodes >= REAL_NODES)) await among(stage, size);
  } finally {
    await world.close();
  }
}

function namesOf({ deployment }: World): Record<string, string> {
  const names = Object.entries(deployment.contracts).map(([name, address]) => [address.toLowerCase(), name] as const);
  return Object.fromEntries(names);
}
