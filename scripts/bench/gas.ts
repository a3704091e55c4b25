import { getCreateAddress } from "ethers";

import { Crowd } from "./crowd.ts";
import { CachedProver } from "./proofs.ts";
import { profileTransaction, type Profile } from "./profile.ts";
import { batches } from "./scenes/batches.ts";
import { challenges } from "./scenes/benchmarks.ts";
import { bondedTask } from "./scenes/bonds.ts";
import { dispute, seatJurors } from "./scenes/court.ts";
import { among, REAL_NODES, settle } from "./scenes/crowd.ts";
import { datasets } from "./scenes/datasets.ts";
import { deactivateSilent, registerAll } from "./scenes/nodes.ts";
import { seatPanel } from "./scenes/panel.ts";
import { rewards } from "./scenes/rewards.ts";
import type { Record as Recorder } from "./scenes/scene.ts";
import { rounds } from "./scenes/rounds.ts";
import { positions, returned, slashes } from "./scenes/staking.ts";
import { abandonedTask, fundedOwner, marketTask, networkTask } from "./scenes/tasks.ts";
import { firstCases, judged, proved, publications, workOwner } from "./scenes/work.ts";
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
  "verify batch: 32 proofs",
  "submit batch: 32, one node, bonded, warm",
  "submit batch: 32, one node, bonded, relayed, warm",
  "rounds submitGradient: warm",
  "rounds submitApply: 4 lanes, warm",
  "assign: later step, 10,000 nodes",
  "weight update: poke, typical, 10,000 nodes",
  "stake: first, 10,000 nodes",
  "stake: top-up, 10,000 nodes",
  "slash: later",
  "reassign: bonded, first miss of the node",
  "work publish: 64 fragments",
  "work submitProved: warm",
  "work decide: 3 verifiers",
  "work finalise: rejected, first slash of the node, 3 verifiers",
  "court execute: the result is right",
];

/** The market of work creates its escrow and then its gate. */
const GATE_NONCE = 2;

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
    return async (operation, { receipt }) => {
      gas[operation] = Number(receipt.gasUsed);
      if (PROFILED.includes(operation)) {
        profiles[operation] = await profileTransaction(world, receipt.hash);
        Object.assign(names, await namesOf(world));
      }
      report(operation, Number(receipt.gasUsed));
    };
  };
  await measureWork(recorderOf);
  await measureBatches(recorderOf);
  await measureReviews(recorderOf);
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

/** Work that verifiers judge and the court rules on, and datasets, in a world of their own. */
export async function measureReviews(recorderOf: (world: World) => Recorder): Promise<void> {
  const world = await createWorld();
  const stage = { world, record: recorderOf(world) };
  try {
    await workOwner(world);
    await world.aside(async () => datasets(stage));
    await seatPanel(world);
    await publications(stage);
    await world.aside(async () => proved(stage));
    await seatJurors(stage);
    await firstCases(stage);
    await judged(stage, async (task, fragment) => dispute(stage, task, fragment));
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

/** Names of deployed contracts, and of those that markets create. */
async function namesOf({ deployment, contracts }: World): Promise<Record<string, string>> {
  const names = Object.entries(deployment.contracts).map(([name, address]) => [address.toLowerCase(), name] as const);
  const signatures = await contracts.taskMarket.signatures();
  const gate = getCreateAddress({ from: deployment.contracts.WorkMarket, nonce: GATE_NONCE });
  const created = { [signatures.toLowerCase()]: "SubmissionSignatures", [gate.toLowerCase()]: "WorkGate" };
  return { ...Object.fromEntries(names), ...created };
}
