import { assignFragment, previewAssignment } from "@corex/sdk/actions/assign-fragment";
import type { ActionContext } from "@corex/sdk/actions/execute";
import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import { readHead } from "@corex/sdk/actions/read-head";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import { reassignFragment } from "@corex/sdk/actions/reassign-fragment";
import { refuseFragment } from "@corex/sdk/actions/refuse-fragment";
import { submitFragment, type SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { CorexError } from "@corex/sdk/errors";
import { hashHeads } from "@corex/sdk/task/hash-heads";
import { openTier } from "@corex/sdk/task/open-tier";
import type { TaskTerms } from "@corex/sdk/task/terms";

import { type FragmentKey, intentOf, labelOf } from "../journal/fragment-key.ts";
import type { FragmentSubmission, StepSubmission } from "../journal/submission-json.ts";
import type { KnownTask } from "../journal/task-log.ts";
import { proveStep } from "../proving/prove-step.ts";
import { resolveChainWeights } from "../weights/chain-weights.ts";
import type { StepHistory } from "../weights/step-history.ts";
import { StepBatcher } from "./step-batcher.ts";
import { toStepStruct } from "./submission-structs.ts";
import type { Batcher, OpenFragment, Tools } from "./open-fragment.ts";

export interface ChainGround {
  readonly context: ActionContext;
  readonly chainId: number;
  readonly history: StepHistory;
}

export interface ChainPlace {
  readonly status: TaskStatusName;
  readonly chain: number;
  readonly cursor: ChainCursor;
}

/** The open step of one chain of one task. */
export class ChainFragment implements OpenFragment {
  readonly key: FragmentKey;
  readonly status: TaskStatusName;
  readonly cursor: ChainCursor;
  readonly duration: number;
  readonly label: Readonly<Record<string, string | number>>;
  readonly batcher: Batcher;
  readonly #ground: ChainGround;
  readonly #task: KnownTask<TaskTerms>;

  constructor(ground: ChainGround, task: KnownTask<TaskTerms>, { status, chain, cursor }: ChainPlace) {
    this.#ground = ground;
    this.#task = task;
    this.key = { market: "chains", task: task.task, chain, step: cursor.step };
    this.label = labelOf(this.key);
    this.status = status;
    this.cursor = cursor;
    this.duration = Number(task.terms.fragmentDuration);
    this.batcher = new StepBatcher(ground.context, ground.chainId, task);
  }

  openTier(waited: number): number {
    return openTier(this.#task.terms, waited);
  }

  async preview(): Promise<bigint> {
    return previewAssignment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async assign(): Promise<bigint> {
    return (await assignFragment(this.#ground.context, this.#task.terms, this.key.chain)).result;
  }

  async reassign(): Promise<void> {
    await reassignFragment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async giveBack(): Promise<void> {
    await refuseFragment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async prove(tools: Tools): Promise<StepSubmission> {
    const { context, chainId, history } = this.#ground;
    const { chain, step } = this.key;
    const inputs = await tools.tasks.load(this.#task);
    const head = step > 0 ? await this.#head() : inputs.manifest.initialHeads[chain];
    if (head === undefined) throw new CorexError("TASK_MANIFEST_INVALID", `the manifest has no head of chain ${chain}`);
    const steps = await history.read(this.#task, chain, step, head);
    const before = await resolveChainWeights({ inputs, chain, step, history: steps, tools });
    const market = contractAddress(context.contracts.taskMarket);
    return proveStep({ key: this.key, inputs, before, chainId, market, operator: context.sender.address, tools });
  }

  async accepts(submission: FragmentSubmission): Promise<boolean> {
    if (submission.kind !== "step" || submission.step !== this.key.step) return false;
    if (submission.step > 0) return submission.weights === (await this.#head());
    const { initialHeads, weights } = submission;
    return hashHeads(initialHeads) === this.#task.terms.initialWeights && initialHeads[this.key.chain] === weights;
  }

  async submit(submission: FragmentSubmission): Promise<SettledFragment> {
    if (submission.kind !== "step") throw new CorexError("JOURNAL_CORRUPTED", "the submission is no step");
    const { context } = this.#ground;
    const struct = toStepStruct(submission);
    return (await submitFragment(context, this.#task.terms, struct, intentOf(this.key))).result;
  }

  async #head(): Promise<bigint> {
    return readHead(this.#ground.context.contracts, this.#task.task, this.key.chain);
  }
}
