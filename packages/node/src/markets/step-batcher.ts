import type { ActionContext } from "@corex/sdk/actions/execute";
import { findInvalidProofs } from "@corex/sdk/actions/find-invalid-proofs";
import { submitBatchIntent, submitFragmentBatch } from "@corex/sdk/actions/submit-fragment-batch";
import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { stepContext } from "@corex/sdk/task/step-context";
import type { TaskTerms } from "@corex/sdk/task/terms";

import type { StepSubmission } from "../journal/submission-json.ts";
import type { KnownTask } from "../journal/task-log.ts";
import type { Batcher } from "./open-fragment.ts";
import { toStepStruct } from "./submission-structs.ts";

/** Sends steps of different chains of one task together: those of the sender, or signed ones of several operators. */
export class StepBatcher implements Batcher {
  readonly #context: ActionContext;
  readonly #chainId: number;
  readonly #task: KnownTask<TaskTerms>;

  constructor(context: ActionContext, chainId: number, task: KnownTask<TaskTerms>) {
    this.#context = context;
    this.#chainId = chainId;
    this.#task = task;
  }

  async submit(submissions: readonly StepSubmission[]): Promise<readonly SettledFragment[]> {
    const { task, terms } = this.#task;
    const own = { operator: this.#context.sender.address, signature: "0x" };
    const relays = submissions.some(({ signedBy }) => signedBy !== undefined)
      ? submissions.map(({ signedBy: { operator, signature } = own }) => ({ operator, signature }))
      : [];
    const structs = submissions.map(toStepStruct);
    const intent = submitBatchIntent(task, submissions);
    return (await submitFragmentBatch(this.#context, terms, structs, relays, intent)).result;
  }

  async findInvalid(submissions: readonly StepSubmission[]): Promise<readonly number[]> {
    const { contracts } = this.#context;
    const proofs = submissions.map((submission) => ({
      proof: submission.proof,
      signals: [...signalsOf(submission), this.#contextOf(submission)],
    }));
    return findInvalidProofs(contracts, this.#task.terms.circuit, proofs);
  }

  #contextOf({ chain, step, signedBy }: StepSubmission): bigint {
    const { task, terms } = this.#task;
    const market = contractAddress(this.#context.contracts.taskMarket);
    const operator = signedBy?.operator ?? this.#context.sender.address;
    return stepContext({ chainId: this.#chainId, market, circuit: terms.circuit, task, chain, step, operator });
  }
}

function signalsOf({ weights, newWeights, gradient, batch, loss }: StepSubmission): bigint[] {
  return [weights, newWeights, gradient, batch, loss];
}
