import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import { commitWeights } from "@corex/sdk/commit/commit-weights";
import { loadShard } from "@corex/sdk/data/load-shard";
import type { PublishedDataset } from "@corex/sdk/data/publish-dataset";
import { linearStep } from "@corex/sdk/math/linear-step";
import { formatEther } from "ethers";

import type { TrainedTask, TrainingContext } from "./training.ts";

/** One statement that the demo made and then read back. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A check that two values, read from different places, are the same. */
export function equal(name: string, actual: unknown, expected: unknown): Check {
  const ok = String(actual) === String(expected);
  return { name, ok, detail: ok ? String(actual) : `${String(actual)} instead of ${String(expected)}` };
}

/**
 * Trains again, without proofs, from the owner's data alone, and compares every loss, commitment and weight with what
 * the network put on chain.
 */
export async function checkTraining(
  { store }: Pick<TrainingContext, "store">,
  { name, created, steps, weights }: TrainedTask,
  { dataset, circuit, modelSalt, start }: RetrainInput,
): Promise<Check[]> {
  const params = linearStepParams(circuit.entry);
  const { shardsPerChain } = dataset;
  const checks: Check[] = [];
  for (const [chain, settled] of steps.entries()) {
    let current = [...(start[chain] ?? [])];
    let mismatch: string | undefined;
    for (const [step, recorded] of settled.entries()) {
      const shard = await loadShard(dataset.manifest, chain * shardsPerChain + (step % shardsPerChain), store);
      const result = linearStep({ X: shard.X, y: shard.y, weights: current, params });
      current = result.newWeights;
      const head = await commitWeights({ weights: current, salt: modelSalt, params });
      if (result.loss !== recorded.loss) mismatch ??= `loss of step ${step}`;
      if (head !== recorded.newWeights) mismatch ??= `head of step ${step}`;
    }
    if (current.join() !== weights[chain]?.join()) mismatch ??= "final weights";
    if (settled.length !== Number(created.terms.steps)) mismatch ??= `${settled.length} steps`;
    checks.push({
      name: `${name}, chain ${chain}: ${settled.length} steps trained again give the same losses, heads and weights`,
      ok: mismatch === undefined,
      detail: mismatch === undefined ? "bit for bit" : `differs: ${mismatch}`,
    });
  }
  return checks;
}

export interface RetrainInput {
  readonly dataset: PublishedDataset;
  readonly circuit: Circuit;
  readonly modelSalt: bigint;
  /** Weights that each chain started from. */
  readonly start: readonly (readonly bigint[])[];
}

/** The chain's own record of every step hashes to the transcript, and the money of the task adds up. */
export async function checkRecords(
  { contracts }: Pick<TrainingContext, "contracts">,
  { name, task, created, steps }: TrainedTask,
): Promise<Check[]> {
  const { feePerFragment } = created.terms;
  const checks: Check[] = [];
  for (const [chain, settled] of steps.entries()) {
    const records = settled.map(({ newWeights, gradient, batch, loss, node }) => ({
      newWeights,
      gradient,
      batch,
      loss,
      node,
    }));
    const holds = await contracts.modelRegistry.isTranscript(task, chain, records);
    checks.push(equal(`${name}, chain ${chain}: the loss curve is the one the chain proved`, holds, true));
  }
  const all = steps.flat();
  const spent = all.reduce((sum, { paid, fee }) => sum + paid + fee, 0n);
  checks.push(
    equal(`${name}: fees paid = fee x fragments`, formatEther(spent), formatEther(feePerFragment * BigInt(all.length))),
  );
  checks.push(equal(`${name}: the escrow holds nothing for it any more`, await contracts.taskEscrow.heldFor(task), 0n));
  return checks;
}

/** Pool, escrows and distributor: every CXT is where the ledgers say. */
export async function checkLedgers({ contracts }: Pick<TrainingContext, "contracts">): Promise<Check[]> {
  const { token, miningPool, taskEscrow, roundEscrow, rewardDistributor } = contracts;
  const ledger = async (name: string, balance: Promise<bigint>, recorded: Promise<bigint>) =>
    equal(name, formatEther(await balance), formatEther(await recorded));
  return [
    await ledger("pool balance = its ledger", token.balanceOf(miningPool), miningPool.remaining()),
    await ledger("escrow balance = its ledger", token.balanceOf(taskEscrow), taskEscrow.recordedTotal()),
    await ledger("rounds: escrow balance = its ledger", token.balanceOf(roundEscrow), roundEscrow.recordedTotal()),
    equal("no reward is left in the distributor", formatEther(await token.balanceOf(rewardDistributor)), "0.0"),
  ];
}
