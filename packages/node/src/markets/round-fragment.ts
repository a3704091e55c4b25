import { assignRoundFragment, previewRoundAssignment } from "@corex/sdk/actions/assign-round-fragment";
import type { ActionContext } from "@corex/sdk/actions/execute";
import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import { readRoundGradients } from "@corex/sdk/actions/read-round-gradients";
import { readRoundTask } from "@corex/sdk/actions/read-round-task";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import { reassignRoundFragment } from "@corex/sdk/actions/reassign-round-fragment";
import { refuseRoundFragment } from "@corex/sdk/actions/refuse-round-fragment";
import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { submitApply, submitEvaluation, submitGradient } from "@corex/sdk/actions/submit-round-fragment";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { CorexError } from "@corex/sdk/errors";
import { openTier } from "@corex/sdk/task/open-tier";
import { roundPlace, type RoundPlace } from "@corex/sdk/task/round-fragment";
import type { RoundTerms } from "@corex/sdk/task/round-terms";

import { type FragmentKey, intentOf, labelOf } from "../journal/fragment-key.ts";
import type { FragmentSubmission } from "../journal/submission-json.ts";
import type { KnownTask } from "../journal/task-log.ts";
import {
  proveLaneGradient,
  proveRoundStep,
  proveShardEvaluation,
  type LaneGradients,
  type ProveRoundInput,
} from "../proving/prove-round.ts";
import type { RoundHistory, RoundRecords } from "../weights/round-history.ts";
import { resolveGradients, resolveRoundWeights } from "../weights/round-weights.ts";
import type { OpenFragment, Tools } from "./open-fragment.ts";
import { toApplyStruct, toEvaluationStruct, toGradientStruct } from "./submission-structs.ts";

export interface RoundGround {
  readonly context: ActionContext;
  readonly chainId: number;
  readonly history: RoundHistory;
}

const FEES = { gradient: "feePerGradient", apply: "feePerApply", evaluation: "feePerEvaluation" } as const;

/** An open fragment of a task of rounds: a gradient, the step over them, or an evaluation. */
export class RoundFragment implements OpenFragment {
  readonly key: FragmentKey;
  readonly status: TaskStatusName;
  readonly cursor: ChainCursor;
  readonly duration: number;
  readonly label: Readonly<Record<string, string | number>>;
  // The market of rounds takes one fragment at a time.
  readonly batcher = undefined;
  readonly #ground: RoundGround;
  readonly #task: KnownTask<RoundTerms>;
  readonly #place: RoundPlace;

  constructor(
    ground: RoundGround,
    task: KnownTask<RoundTerms>,
    { status, fragment, cursor }: { status: TaskStatusName; fragment: number; cursor: ChainCursor },
  ) {
    this.#ground = ground;
    this.#task = task;
    this.#place = roundPlace(fragment);
    this.key = { market: "rounds", task: task.task, chain: fragment, step: cursor.step };
    this.status = status;
    this.cursor = cursor;
    this.duration = Number(task.terms.fragmentDuration);
    this.label = labelOf(this.key);
  }

  openTier(waited: number): number {
    const { terms } = this.#task;
    return openTier({ feePerFragment: terms[FEES[this.#place.kind]], minTier: terms.minTier }, waited);
  }

  async preview(): Promise<bigint> {
    return previewRoundAssignment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async assign(): Promise<bigint> {
    return (await assignRoundFragment(this.#ground.context, this.#task.terms, this.key.chain)).result;
  }

  async reassign(): Promise<void> {
    await reassignRoundFragment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async giveBack(): Promise<void> {
    await refuseRoundFragment(this.#ground.context, this.#task.terms, this.key.chain);
  }

  async prove(tools: Tools): Promise<FragmentSubmission> {
    const { context, chainId, history } = this.#ground;
    const inputs = await tools.rounds.load(this.#task);
    const records = await history.read(this.#task);
    const before = await resolveRoundWeights(inputs, this.key.step, records, tools);
    const market = contractAddress(context.contracts.roundMarket);
    const input = { key: this.key, inputs, before, chainId, market, operator: context.sender.address, tools };
    if (this.#place.kind === "gradient") return proveLaneGradient(input);
    if (this.#place.kind === "evaluation") return proveShardEvaluation(input);
    return proveRoundStep(input, await this.#gradients(input, records));
  }

  async accepts(submission: FragmentSubmission): Promise<boolean> {
    const { contracts } = this.#ground.context;
    const { task, terms } = this.#task;
    if (submission.kind !== this.#place.kind) return false;
    const { head, round } = await readRoundTask(contracts, task);
    if (round !== this.key.step || submission.weights !== (head === 0n ? terms.initialWeights : head)) return false;
    if (submission.kind !== "apply") return true;
    const { gradients } = await readRoundGradients(contracts, task, Number(terms.lanes));
    return gradients.every((commitment, lane) => commitment === submission.gradients[lane]);
  }

  async submit(submission: FragmentSubmission): Promise<SettledFragment> {
    const { context } = this.#ground;
    const { terms } = this.#task;
    const intent = intentOf(this.key);
    switch (submission.kind) {
      case "gradient":
        return (await submitGradient(context, terms, toGradientStruct(submission), intent)).result;
      case "apply":
        return (await submitApply(context, terms, toApplyStruct(submission), intent)).result;
      case "evaluation":
        return (await submitEvaluation(context, terms, toEvaluationStruct(submission), intent)).result;
      default:
        throw new CorexError("JOURNAL_CORRUPTED", "the submission belongs to no round");
    }
  }

  /** What the step is over: commitments from the state, openings from where the logs say. */
  async #gradients({ inputs, before, tools }: ProveRoundInput, records: RoundRecords): Promise<LaneGradients> {
    const { task, terms } = this.#task;
    const round = this.key.step;
    const { gradients: commitments } = await readRoundGradients(
      this.#ground.context.contracts,
      task,
      Number(terms.lanes),
    );
    const settled = commitments.map((output, lane) =>
      output === 0n ? undefined : { output, artifact: records.find(round, lane)?.artifact ?? "" },
    );
    const values = await resolveGradients(inputs, { round, weights: before.values, settled }, tools);
    return { values, commitments };
  }
}
