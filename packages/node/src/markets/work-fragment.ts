import { randomBytes } from "node:crypto";

import type { SigningKey } from "ethers";

import { assignWorkFragment, previewWorkAssignment } from "@corex/sdk/actions/assign-work-fragment";
import type { ActionContext } from "@corex/sdk/actions/execute";
import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import { reassignWorkFragment } from "@corex/sdk/actions/reassign-work-fragment";
import { refuseWorkFragment } from "@corex/sdk/actions/refuse-work-fragment";
import { submitWork } from "@corex/sdk/actions/submit-work";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import { bytes32ToContentId, contentIdOf, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { openTier } from "@corex/sdk/task/open-tier";
import { inputIndex, VERIFICATIONS } from "@corex/sdk/task/work-terms";
import { loadFragment } from "@corex/sdk/work/load-fragment";

import type { DocumentLog } from "../journal/document-log.ts";
import { type FragmentKey, intentOf, labelOf } from "../journal/fragment-key.ts";
import type { FragmentSubmission, WorkSubmission } from "../journal/submission-json.ts";
import { findPlant } from "../work/find-plant.ts";
import type { WorkPlace } from "../work/work-place.ts";
import type { WorkSkill } from "../work/work-skill.ts";
import type { OpenFragment, Tools } from "./open-fragment.ts";

/** What a node does work with, beside its tools. */
export interface WorkEquipment {
  readonly node: bigint;
  /** Opens notes to the operator. */
  readonly signingKey: SigningKey;
  /** Whether a planted result is submitted when the owner asks for it. */
  readonly acceptPlants: boolean;
  /** Labels that people made (CSV). */
  readonly labelsFile: Uint8Array | undefined;
  readonly skill: WorkSkill;
  /** Holds results that others may not see yet. */
  readonly documents: DocumentLog;
}

export interface WorkGround {
  readonly context: ActionContext;
  readonly provider: RpcProvider;
  readonly equipment: WorkEquipment;
}

/** A fragment of work that is free or assigned. */
export class WorkFragment implements OpenFragment {
  readonly key: FragmentKey;
  readonly status: TaskStatusName;
  readonly cursor: ChainCursor;
  readonly duration: number;
  readonly label: Readonly<Record<string, string | number>>;
  // The market of work takes one result at a time.
  readonly batcher = undefined;
  readonly #ground: WorkGround;
  readonly #place: WorkPlace;

  constructor(ground: WorkGround, place: WorkPlace) {
    this.#ground = ground;
    this.#place = place;
    const { task, fragment, cursor, status } = place;
    this.key = { market: "work", task: task.task, chain: fragment, step: cursor.attempt };
    this.label = labelOf(this.key);
    this.status = status;
    this.cursor = cursor;
    this.duration = Number(task.terms.fragmentDuration);
  }

  openTier(waited: number): number {
    return openTier(this.#place.task.terms, waited);
  }

  async preview(): Promise<bigint> {
    return previewWorkAssignment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  async assign(): Promise<bigint> {
    return (await assignWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment)).result;
  }

  async reassign(): Promise<void> {
    await reassignWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  async giveBack(): Promise<void> {
    await refuseWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  /** Does the work, or takes the planted result that the owner asks for. Labels stay in the journal until they are published. */
  async prove(tools: Tools): Promise<WorkSubmission> {
    const planted = await this.#planted();
    if (planted !== undefined) tools.logger.info({ ...this.label }, "the owner asks for a planted result");
    const result = planted ?? (await this.#execute(tools));
    tools.onComputed(0n);
    return { kind: "work", fragment: this.#place.fragment, attempt: this.key.step, weights: 0n, result };
  }

  // Async although nothing waits: other markets ask the chain.
  // eslint-disable-next-line @typescript-eslint/require-await
  async accepts(submission: FragmentSubmission): Promise<boolean> {
    return submission.kind === "work" && submission.attempt === this.key.step;
  }

  async submit(submission: FragmentSubmission): Promise<undefined> {
    if (submission.kind !== "work") throw new CorexError("JOURNAL_CORRUPTED", "the submission is no work");
    const { task, fragment } = this.#place;
    await submitWork(this.#ground.context, task.terms, fragment, submission.result, intentOf(this.key));
  }

  async #execute({ store }: Tools): Promise<string> {
    const { context, equipment } = this.#ground;
    const { task, fragment } = this.#place;
    const { terms } = task;
    const verification = VERIFICATIONS[Number(terms.verification)];
    if (verification !== "committee") {
      throw new CorexError("WORK_NEEDS_PROOF", `results of the task are verified by ${String(verification)}`);
    }
    const kind = Number(terms.kind);
    const { labelsFile } = equipment;
    const work = {
      store,
      node: Number(equipment.node),
      operator: context.sender.address,
      fragment: inputIndex(terms, fragment),
      ...(labelsFile === undefined ? {} : { labelsFile }),
      random: (bytes: number): Uint8Array => randomBytes(bytes),
    };
    const { spec, input } = await loadFragment(kind, bytes32ToContentId(terms.manifest), work);
    const bytes = await equipment.skill.execute(kind, spec, input, work);
    const digest = contentIdToBytes32(contentIdOf(bytes));
    const place = { task: task.task, fragment, attempt: this.key.step };
    if (terms.paired) equipment.documents.keep({ ...place, digest, bytes });
    else await store.put(bytes);
    return digest;
  }

  /** Digest of the planted result that a note to this operator asks for, if the terms committed to it. */
  async #planted(): Promise<string | undefined> {
    const { context, provider, equipment } = this.#ground;
    const { acceptPlants, signingKey } = equipment;
    if (!acceptPlants) return undefined;
    return (await findPlant({ contracts: context.contracts, provider, signingKey }, this.#place))?.result;
  }
}
