import { join } from "node:path";

import { repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import type { LabelledRows } from "@corex/sdk/data/dataset";
import { interleaveClasses } from "@corex/sdk/data/interleave-classes";
import { parseEther } from "ethers";

import type { Child } from "../../lib/children.ts";
import type { Check } from "../checks.ts";
import { firstDeath } from "../first-death.ts";
import type { DemoFolder } from "../network.ts";
import type { DemoOptions, WorkScene } from "../options.ts";
import { report } from "../report-checks.ts";
import { writeScript } from "./conduct.ts";
import { disputeScene } from "./dispute.ts";
import { freeTrainingScene } from "./free-training.ts";
import { inferenceScene } from "./inference.ts";
import { JUROR_STAKE } from "./cast.ts";
import { createJurors, startJurors } from "./jurors.ts";
import { labellingScene } from "./labelling.ts";
import { endow, raiseNetwork } from "./raise.ts";
import { readWork } from "./read-work.ts";
import { publishNetworkModel, waitForVerifiers } from "./ready.ts";
import type { WorkStage } from "./work-stage.ts";

/** CXT wei that the owner needs for the tasks and bonds of all scenes. */
const OWNER_BUDGET = parseEther("400");

/** CXT wei of each operator: bonds of the claims that its agent may make. */
const CLAIM_BUDGET = parseEther("60");

const SCENES: Readonly<Record<WorkScene, (stage: WorkStage) => Promise<Check[]>>> = {
  labelling: labellingScene,
  inference: inferenceScene,
  "free-training": freeTrainingScene,
  dispute: disputeScene,
};

/** Plays the scenes that were asked for, one after the other on one network, and returns the exit code. */
export async function runScenes(options: DemoOptions, folder: DemoFolder, circuit: Circuit): Promise<number> {
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.toReversed()) await child.stop();
  };
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stop().then(() => process.exit(143)));
  try {
    const stage = await open(options, folder, circuit, children);
    const checks: Check[] = [];
    for (const scene of inOrder(options.scenes)) checks.push(...(await SCENES[scene](stage)));
    checks.push(...(await readWork(stage)));
    return report(checks);
  } finally {
    await stop();
  }
}

/** Network, money, stakes, verifiers and jurors: everything the scenes need. */
async function open(options: DemoOptions, folder: DemoFolder, circuit: Circuit, children: Child[]): Promise<WorkStage> {
  const script = join(folder.run, "script.json");
  writeScript(script, {});
  const killed = new Set<Child>();
  const { stage, dataset } = await raiseNetwork({
    ...{ options, folder, circuit, children },
    program: join(repositoryRoot(), "scripts/demo/work/actor.ts"),
    runArgs: ["--verify", "inference,labelling,features,preprocessing,training", "--appeal", "checked"],
    env: { DEMO_SCRIPT: script },
    death: async (nodes) => firstDeath(children, nodes, killed),
  });
  const jurors = options.scenes.includes("dispute") ? createJurors() : [];
  const trained = await endow(stage, [
    { account: stage.ownerWallet.address, amount: OWNER_BUDGET },
    ...stage.network.nodes.map(({ operator }) => ({ account: operator.address, amount: CLAIM_BUDGET })),
    ...jurors.map(({ address }) => ({ account: address, amount: JUROR_STAKE })),
  ]);
  children.push(...(await startJurors(stage, folder, jurors)));
  const model = await publishNetworkModel(stage, trained);
  await waitForVerifiers(stage);
  let nonce = 100n;
  return {
    ...stage,
    model,
    heldOut: mixed(dataset.heldOut),
    jurors: jurors.map(({ address }) => address),
    direct: (lines) => writeScript(script, lines),
    nextNonce: () => (nonce += 1n),
  };
}

/** The dispute comes last: verifiers that were wrong are not drawn after it. */
function inOrder(scenes: readonly WorkScene[]): WorkScene[] {
  return scenes.toSorted((a, b) => Number(a === "dispute") - Number(b === "dispute"));
}

/** The samples such that every stretch has all classes. */
function mixed({ X, labels }: LabelledRows): LabelledRows {
  const order = interleaveClasses(labels, "scenes");
  return { X: order.map((index) => X[index] ?? []), labels: order.map((index) => labels[index] ?? 0) };
}
