import { readVerifier } from "@corex/sdk/actions/read-verifier";
import type { ContentId } from "@corex/sdk/store/content-id";
import { putModelArtifact } from "@corex/sdk/models/model-artifact";
import { registerModel } from "@corex/sdk/actions/register-model";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";

import type { Stage } from "../scenes.ts";
import type { TrainedTask } from "../training.ts";
import { VERIFIERS } from "./cast.ts";
import { waitFor } from "./wait-for.ts";

/** Registers the model that the network trained while it earned; returns its artifact. */
export async function publishNetworkModel(stage: Stage, trained: TrainedTask): Promise<ContentId> {
  const { contracts } = stage.network;
  const heads: bigint[] = [];
  for (let chain = 0; chain < trained.openings.length; chain += 1) {
    heads.push(await contracts.taskMarket.headOf(trained.task, chain));
  }
  const { task, created, openings } = trained;
  const artifact = await putModelArtifact(stage.context.store, {
    ...{ task, manifest: created.manifestId, labels: stage.labels, heads, weights: openings },
  });
  await registerModel(stage.operations, {
    terms: created.terms,
    artifact: contentIdToBytes32(artifact),
    metadataUri: "corex demo: the model that is applied",
  });
  return artifact;
}

/** Waits until every node that staked for it is drawn as a verifier: weights count from the next period on. */
export async function waitForVerifiers(stage: Stage): Promise<void> {
  const { contracts, nodes } = stage.network;
  await waitFor(stage, "the verifiers to enrol", async () => {
    let enrolled = 0;
    for (const { id } of nodes) if ((await readVerifier(contracts, id)).weight > 0n) enrolled += 1;
    return enrolled >= VERIFIERS ? true : undefined;
  });
  const period = await contracts.entropySource.period();
  await waitFor(stage, "the next period", async () =>
    (await contracts.entropySource.period()) > period ? true : undefined,
  );
}
