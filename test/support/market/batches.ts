// Batches of submissions of a task with four assigned fragments: what the tests of batches start from, and what they compare.
import { ForgedTask } from "./forged-task.ts";
import { deploySuite, loadFixture } from "./suite.ts";
import { registerTrapdoor } from "./trapdoor.ts";

export async function deployForged() {
  const suite = await deploySuite();
  return { ...suite, trapdoor: await registerTrapdoor(suite) };
}

/** A task of four chains, all assigned, with submissions and relays of their operators. */
export async function start(options: { chains?: number; steps?: number; network?: boolean } = {}) {
  const suite = await loadFixture(deployForged);
  const { trapdoor, owner, admin, market } = suite;
  const task = await ForgedTask.create(suite, {
    owner: options.network === true ? admin : owner,
    circuit: trapdoor,
    chains: options.chains ?? 4,
    ...options,
  });
  await task.publish();
  const chains = Array.from({ length: task.terms.chains }, (_, chain) => chain);
  const prepared = await task.prepare(...chains);
  const relayer = market.connect(suite.stranger);
  return { ...suite, suite, task, chains, relayer, ...prepared };
}

export type Assigned = Awaited<ReturnType<typeof start>>;

/** Everything that a batch may change. */
export async function picture({
  market,
  nodeRegistry,
  escrow,
  scheduler,
  reputation,
  rewardDistributor,
  operators,
  task,
  chains,
}: Assigned) {
  const nodes = await Promise.all(operators.map(async (operator) => nodeRegistry.nodeOf(operator)));
  return {
    state: [...(await market.stateOf(task.id))],
    cursors: await Promise.all(chains.map(async (chain) => [...(await market.cursorOf(task.id, chain))])),
    heads: await Promise.all(chains.map(async (chain) => market.headOf(task.id, chain))),
    held: await escrow.heldFor(task.id),
    recorded: await escrow.recordedTotal(),
    load: await Promise.all(nodes.map(async (node) => (await scheduler.weightOf(node)).open)),
    conduct: await Promise.all(nodes.map(async (node) => (await reputation.conductOf(node)).completed)),
    points: await Promise.all(nodes.map(async (node) => (await rewardDistributor.accountOf(node)).computePoints)),
  };
}

/** Whether a call fails, whatever it says. */
export async function fails(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => false,
    () => true,
  );
}
