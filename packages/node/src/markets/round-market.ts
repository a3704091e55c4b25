import { readPublishedRoundTasks } from "@corex/sdk/actions/read-published-round-tasks";
import { readRoundCursor } from "@corex/sdk/actions/read-round-cursor";
import { readRoundTask, ROUND_PHASES, type RoundTaskSummary } from "@corex/sdk/actions/read-round-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { APPLY_FRAGMENT, FIRST_EVALUATION, fragmentsOf } from "@corex/sdk/task/round-fragment";
import { roundTaskId } from "@corex/sdk/task/round-task-id";
import type { RoundTerms } from "@corex/sdk/task/round-terms";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { KnownTask } from "../journal/task-log.ts";
import { RoundHistory } from "../weights/round-history.ts";
import { Market, type MarketOptions, type TaskView } from "./market.ts";
import { RoundFragment } from "./round-fragment.ts";

/** A round that has its quorum and waits for the other lanes. */
export interface WaitingRound {
  readonly task: KnownTask<RoundTerms>;
  readonly round: number;
  /** Last second that it waits. */
  readonly until: number;
}

/** The market of tasks of rounds. */
export class RoundMarket extends Market<RoundTerms> {
  readonly name = "rounds";
  readonly #history: RoundHistory;
  /** State of the running tasks at the last look. */
  readonly #states = new Map<string, RoundTaskSummary>();

  constructor(options: MarketOptions<RoundTerms>) {
    super(options);
    this.#history = new RoundHistory(options.context.contracts, options.provider);
  }

  /** Rounds that can go on without some of their lanes once their time is over. */
  waitingRounds(): WaitingRound[] {
    const waiting: WaitingRound[] = [];
    for (const task of this.options.tasks.open()) {
      const state = this.#states.get(task.task);
      if (state?.status !== "active" || state.phase !== "gradients") continue;
      if (state.settled.length < Number(task.terms.quorum)) continue;
      waiting.push({ task, round: state.round, until: state.openedAt + Number(task.terms.roundDuration) });
    }
    return waiting;
  }

  isPast({ task, chain, step }: FragmentKey): boolean {
    if (!this.options.tasks.isOpen(task)) return true;
    const state = this.#states.get(task);
    if (state === undefined) return false;
    if (state.round !== step) return state.round > step;
    const phase = phaseOf(chain);
    if (phase !== state.phase) return ROUND_PHASES.indexOf(state.phase) > ROUND_PHASES.indexOf(phase);
    return phase !== "applying" && state.settled.includes(indexOf(chain));
  }

  async settledBy({ task, chain, step }: FragmentKey): Promise<bigint | undefined> {
    const known = this.options.tasks.get(task);
    return known === undefined ? undefined : (await this.#history.read(known)).find(step, chain)?.node;
  }

  protected async find(range: ScanRange): Promise<KnownTask<RoundTerms>[]> {
    return readPublishedRoundTasks(this.options.context.contracts, this.options.provider, range);
  }

  protected idOf(terms: RoundTerms): string {
    const { context, chainId } = this.options;
    return roundTaskId(chainId, contractAddress(context.contracts.roundMarket), terms);
  }

  protected async view(task: KnownTask<RoundTerms>): Promise<TaskView> {
    const { context, chainId } = this.options;
    const { contracts } = context;
    const state = await readRoundTask(contracts, task.task);
    const { status, reserved } = state;
    const isOver = status === "completed" || (status === "cancelled" && reserved.length === 0);
    this.#states.delete(task.task);
    if (status === "none" || isOver) return { status, isOver, fragments: [] };
    this.#states.set(task.task, state);
    const ground = { context, chainId, history: this.#history };
    const fragments = await Promise.all(
      openFragments(task.terms, state).map(async (fragment) => {
        const cursor = await readRoundCursor(contracts, task.task, fragment);
        return new RoundFragment(ground, task, { status, fragment, cursor });
      }),
    );
    // A block between the two reads may have closed some: their cursors are empty.
    return { status, isOver, fragments: fragments.filter(({ cursor }) => cursor.requestedAt > 0) };
  }
}

/** Numbers of the fragments of the open phase that are not settled; of a cancelled task, those in flight. */
function openFragments(terms: RoundTerms, { status, phase, settled, reserved }: RoundTaskSummary): number[] {
  const isOpen = (index: number): boolean =>
    status === "cancelled" ? reserved.includes(index) : phase === "applying" || !settled.includes(index);
  return fragmentsOf(terms, phase).filter((_, index) => isOpen(index));
}

function phaseOf(fragment: number): (typeof ROUND_PHASES)[number] {
  if (fragment < APPLY_FRAGMENT) return "gradients";
  return fragment === APPLY_FRAGMENT ? "applying" : "evaluating";
}

function indexOf(fragment: number): number {
  return fragment < APPLY_FRAGMENT ? fragment : fragment - FIRST_EVALUATION;
}
