// Models that completed tasks trained: one of rounds, by several nodes, and one of chains.
import { id, ZeroHash } from "ethers";

import type { Contribution } from "../../../packages/sdk/src/models/contribution-tree.ts";
import { LinearTask } from "../../support/market/task.ts";
import { CXT, type Signer } from "../../support/market/suite.ts";
import { deployStakedRounds } from "../../support/rounds/suite.ts";
import { RoundTask } from "../../support/rounds/task.ts";

export const ARTIFACT = id("weights file");
export const NO_CIRCUIT = { name: "", version: 0, params: [] };
export const BOND = 100n * CXT;
export const WINDOW = 3 * 86_400;

/** Two rounds of three lanes and one held-out shard: nine fragments. */
export async function trainedRounds() {
  const suite = await deployStakedRounds();
  const { owner, rounds, models, contributions, token } = suite;
  const task = await RoundTask.create(suite, { owner, rounds: 2n, lanes: 3n, heldOut: 1n });
  await task.publish();
  await task.complete();
  await models
    .connect(owner)
    .registerRound(task.terms, suite.circuits.evaluate.name, ZeroHash, ARTIFACT, "ipfs://rounds");
  const events = await rounds.queryFilter(rounds.filters.FragmentSettled(task.id));
  const records = events.map(({ args }) => {
    const { round, fragment, node, output, batch, loss, correct } = args.record;
    return { round, fragment, node, output, batch, loss, correct };
  });
  await token.connect(owner).approve(contributions, 2n ** 255n);
  return { ...suite, suite, task, model: await models.modelIdOf(task.id), records, list: listOf(records) };
}

/** The same, and a model of two chains of two steps. */
export async function trainedChains() {
  const trained = await trainedRounds();
  const { suite, owner, market, models } = trained;
  const chained = await LinearTask.create(suite, { owner, chains: 2, steps: 2 });
  await chained.publish();
  await chained.complete();
  await models.connect(owner).register(chained.terms, ZeroHash, ARTIFACT, "ipfs://chains");
  const events = await market.queryFilter(market.filters.FragmentSettled(chained.id));
  const chains = [0n, 1n].map((chain) =>
    events
      .filter(({ args }) => args.chain === chain)
      .map(({ args }) => {
        const { newWeights, gradient, batch, loss, node } = args.record;
        return { newWeights, gradient, batch, loss, node };
      }),
  );
  return { ...trained, chained, chainModel: await models.modelIdOf(chained.id), chains };
}

export type Trained = Awaited<ReturnType<typeof trainedRounds>>;

/** How many records each node has, in rising order of nodes. */
export function listOf(records: readonly { readonly node: bigint }[]): Contribution[] {
  const nodes = [...new Set(records.map(({ node }) => node))].toSorted((a, b) => Number(a - b));
  return nodes.map((node) => ({ node, fragments: BigInt(records.filter((record) => record.node === node).length) }));
}

/** Trains a model from the weights of another of rounds, and registers it. */
export async function trainChild(
  { suite, models }: Trained,
  owner: Signer,
  parent: string,
  { initialWeights, nonce }: { initialWeights: bigint; nonce: bigint },
): Promise<string> {
  const task = await RoundTask.create(suite, { owner, initialWeights, nonce, rounds: 1n, lanes: 1n, heldOut: 0n });
  await task.publish();
  await task.complete();
  await models.connect(owner).registerRound(task.terms, NO_CIRCUIT, parent, ARTIFACT, "");
  return models.modelIdOf(task.id);
}

/** The entry at `index`. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`no entry ${index}`);
  return found;
}
