import { parseEther } from "ethers";

import { approveToken } from "@corex/sdk/actions/approve-token";
import { publishWorkTask } from "@corex/sdk/actions/publish-work-task";
import { registerCircuit } from "@corex/sdk/actions/register-circuit";
import { modelShape } from "@corex/sdk/circuits/circuit-params";
import { readManifest, type CircuitEntry } from "@corex/sdk/circuits/manifest";
import { publishRoundDataset, type PublishedRoundDataset } from "@corex/sdk/data/publish-round-dataset";
import { type ModelShape, weightCount } from "@corex/sdk/math/model-shape";
import type { ContentStore } from "@corex/sdk/store/content-store";
import {
  createProvedWorkTask,
  type CreateProvedWorkTaskInput,
  type CreatedProvedWorkTask,
} from "@corex/sdk/task/create-proved-work-task";
import { workTaskFees, type VerificationName, type WorkTerms } from "@corex/sdk/task/work-terms";

import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import type { AgentWorld } from "./agent-world.ts";
import { tinyDataset } from "./round-tasks.ts";

/** Keys in circuits.json of circuits that evaluate. */
export const LINEAR_EVALUATE = "linear-evaluate-8x8x4";
export const MLP_EVALUATE = "mlp-evaluate-8x8x8x4";

const CXT = parseEther("1");

/** The entry of a circuit. */
export function entryOf(key: string): CircuitEntry {
  const entry = readManifest().circuits[key];
  if (entry === undefined) throw new Error(`${key} is not in circuits.json`);
  return entry;
}

/** Small weights of both signs, the same on every run. */
export function sampleWeights(shape: ModelShape): bigint[] {
  return Array.from({ length: weightCount(shape) }, (_, index) => BigInt(((index * 37) % 61) - 30));
}

/** Publishes batches of a circuit, one of them held out. */
export async function publishBatches(store: ContentStore, entry: CircuitEntry): Promise<PublishedRoundDataset> {
  return publishRoundDataset(tinyDataset(entry, 2), { store, newSalt: (_, index) => BigInt(index + 5) });
}

/** A task of one fragment: sample weights, evaluated on a batch that was held out. */
export async function createEvaluation(
  store: ContentStore,
  key: string,
  change: Partial<CreateProvedWorkTaskInput> = {},
): Promise<CreatedProvedWorkTask> {
  const entry = entryOf(key);
  return createProvedWorkTask({
    store,
    circuit: { key, entry },
    batches: await publishBatches(store, entry),
    weights: sampleWeights(modelShape(entry)),
    modelSalt: 4_321n,
    owner: `0x${"11".repeat(20)}`,
    feePerFragment: 2n * CXT,
    nonce: 1n,
    ...change,
  });
}

/** Publishes an evaluation of the admin, for nodes with a GPU. */
export async function publishEvaluation(
  world: AgentWorld,
  verification: VerificationName,
  key = LINEAR_EVALUATE,
): Promise<{ readonly task: string; readonly terms: WorkTerms }> {
  const { admin, store, suite } = world;
  const { terms } = await createEvaluation(store, key, {
    owner: admin.sender.address,
    verification,
    ...(verification === "proof" ? {} : { feePerVerifier: CXT }),
    device: "GPU",
    nonce: world.nextNonce(),
  });
  await world.giveCxt(admin.sender.address, workTaskFees(terms));
  await approveToken(admin, suite.deployment.contracts.WorkEscrow, workTaskFees(terms));
  return { task: (await publishWorkTask(admin, terms)).result, terms };
}

/** Enters a circuit into the registry of the world. */
export async function registerEvaluation({ admin }: AgentWorld, key = LINEAR_EVALUATE): Promise<void> {
  const { name, terms, verifyingKey } = circuitRegistration(entryOf(key));
  await registerCircuit(admin, { name, terms, key: verifyingKey });
}
