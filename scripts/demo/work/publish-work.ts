import { approveToken } from "@corex/sdk/actions/approve-token";
import { publishWorkTask } from "@corex/sdk/actions/publish-work-task";
import type { DeviceClass } from "@corex/sdk/actions/register-node";
import type { ContentId } from "@corex/sdk/store/content-id";
import { createWorkTask, type CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";
import { defaultVerifierFee, MIN_FEE_PER_WORK_UNIT } from "@corex/sdk/task/work-rules";
import { workTaskFees, type WorkTerms } from "@corex/sdk/task/work-terms";
import { declaredWork } from "@corex/sdk/work/declared-work";
import { WORK_KIND, type WorkName } from "@corex/sdk/work/work-kind";
import { putWorkManifest } from "@corex/sdk/work/work-manifest";
import { putWorkSpec, type WorkSpec } from "@corex/sdk/work/work-spec";
import { parseEther } from "ethers";

import type { Stage } from "../scenes.ts";
import { waitForVerifiers } from "./ready.ts";

/** CXT wei for a fragment and for a verdict at least: little, because CXT is rare on the first days. */
const FEE = parseEther("2");
const VERDICT_FEE = parseEther("0.5");

/** A task of work that is on chain. */
export interface PublishedWork {
  readonly task: string;
  readonly terms: WorkTerms;
  readonly kind: WorkName;
  readonly spec: WorkSpec;
  readonly manifest: ContentId;
  readonly inputs: readonly Uint8Array[];
}

/** What is to be published. */
export interface WorkOrder {
  readonly kind: WorkName;
  readonly spec: WorkSpec;
  readonly inputs: readonly Uint8Array[];
  readonly nonce: bigint;
  readonly planted?: CreateWorkTaskInput["planted"];
  /** Hardware that the nodes must have; any when absent. */
  readonly device?: DeviceClass;
}

/** Waits until there are verifiers, stores specification and inputs, and publishes a task of the owner on them. */
export async function publishWork(stage: Stage, order: WorkOrder): Promise<PublishedWork> {
  const { owner, context } = stage;
  const { store } = context;
  const { kind, spec, inputs, nonce, planted, device } = order;
  await waitForVerifiers(stage);
  const specId = await putWorkSpec(store, spec);
  const ids: ContentId[] = [];
  let units = 1;
  for (const input of inputs) {
    ids.push(await store.put(input));
    units = Math.max(units, await declaredWork(WORK_KIND[kind], spec, input, { store }));
  }
  const manifest = await putWorkManifest(store, { spec: specId, inputs: ids });
  const terms = createWorkTask({
    ...{ owner: owner.sender.address, kind, spec: specId, manifest, inputs: inputs.length, nonce },
    ...{ workUnits: BigInt(units), ...feesOf(BigInt(units)) },
    ...(planted === undefined ? {} : { planted }),
    ...(device === undefined ? {} : { device }),
  });
  await approveToken(owner, await owner.contracts.workEscrow.getAddress(), workTaskFees(terms));
  const { result: task } = await publishWorkTask(owner, terms);
  return { task, terms, kind, spec, manifest, inputs };
}

/** What the work is worth, where that is more than the least: the market takes no less. */
function feesOf(units: bigint): { feePerFragment: bigint; feePerVerifier: bigint } {
  const worth = units * MIN_FEE_PER_WORK_UNIT;
  const verdict = defaultVerifierFee(units);
  return {
    feePerFragment: worth > FEE ? worth : FEE,
    feePerVerifier: verdict > VERDICT_FEE ? verdict : VERDICT_FEE,
  };
}
