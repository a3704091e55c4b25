import { registerWorkModel } from "@corex/sdk/actions/register-work-model";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { writeSamples } from "@corex/sdk/work/work-input";
import type { WorkSpec } from "@corex/sdk/work/work-spec";
import type { LabelledRows } from "@corex/sdk/data/dataset";

import { equal, type Check } from "../checks.ts";
import { print } from "../print.ts";
import { approveAll, finalResult, waitForEnd } from "./follow-work.ts";
import { publishWork } from "./publish-work.ts";
import type { WorkStage } from "./work-stage.ts";

const FRAGMENTS = 2;
const VALIDATION = 80;

/** A network is trained in floating point by whatever means; verifiers evaluate it again, within a tolerance. */
export async function freeTrainingScene(stage: WorkStage): Promise<Check[]> {
  const { store } = stage.context;
  print(`\nFree training: ${FRAGMENTS} networks trained with TensorFlow.js, evaluated again by verifiers.`);
  const { X, labels } = stage.heldOut;
  const classes = stage.labels.length;
  const inputs = (X[0]?.length ?? 1) - 1;
  const validation = await store.put(samplesOf(stage.heldOut, 0, VALIDATION));
  const spec: WorkSpec = {
    work: "training",
    maxResultBytes: 1 << 20,
    training: {
      architecture: { inputs, hidden: [{ units: 16, activation: "relu" }], classes },
      optimiser: { name: "adam", learningRate: 0.01 },
      epochs: 60,
      batchSize: 16,
      seed: "corex-demo",
      validation,
      tolerance: { absolute: 0.001, relative: 0.001, hits: 1 },
      margin: 0.2,
      minAccuracy: 0.6,
    },
  };
  const rest = X.length - VALIDATION;
  const each = Math.floor(rest / FRAGMENTS);
  const shards = Array.from({ length: FRAGMENTS }, (_, index) =>
    samplesOf(stage.heldOut, VALIDATION + index * each, VALIDATION + (index + 1) * each),
  );
  const work = await publishWork(stage, { kind: "training", spec, inputs: shards, nonce: stage.nextNonce() });
  const judged = await approveAll(stage, work);
  await waitForEnd(stage, work);
  const checks: Check[] = [];
  for (const { fragment, review } of judged) {
    const { result } = await finalResult(stage, work, fragment);
    const bytes = await store.get(bytes32ToContentId(result));
    checks.push(equal(`free training ${fragment}: accepted and paid`, review.verdict, "accepted"));
    print(`  network ${fragment}: ${bytes.length} bytes of weights and claims, ${labels.length} samples in all`);
    const metadataUri = `corex demo: free training ${fragment}`;
    const { result: model } = await registerWorkModel(stage.owner, { terms: work.terms, fragment, metadataUri });
    const { weights } = await stage.network.contracts.modelRegistry.get(model);
    checks.push(equal(`free training ${fragment}: its model is the result that was paid`, weights, result));
  }
  return checks;
}

/** Samples `from` to `to`, without the constant column, as numbers around zero. */
function samplesOf({ X, labels }: LabelledRows, from: number, to: number): Uint8Array {
  return writeSamples({
    rows: X.slice(from, to).map((row) => row.slice(0, -1).map((value) => Number(value) / 256)),
    labels: labels.slice(from, to),
  });
}
