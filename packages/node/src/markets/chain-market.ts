import { readCursor } from "@corex/sdk/actions/read-cursor";
import { readPublishedTasks } from "@corex/sdk/actions/read-published-tasks";
import { readTask } from "@corex/sdk/actions/read-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { taskId } from "@corex/sdk/task/task-id";
import type { TaskTerms } from "@corex/sdk/task/terms";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { KnownTask } from "../journal/task-log.ts";
import { StepHistory } from "../weights/step-history.ts";
import { ChainFragment, type ChainGround } from "./chain-fragment.ts";
import { Market, type MarketOptions, type TaskView } from "./market.ts";

/** The market of tasks that are cut into chains of steps. */
export class ChainMarket extends Market<TaskTerms> {
  readonly name = "chains";
  readonly #history: StepHistory;
  /** Open step of each chain of the running tasks, at the last look. */
  readonly #steps = new Map<string, readonly number[]>();

  constructor(options: MarketOptions<TaskTerms>) {
    super(options);
    this.#history = new StepHistory(options.context.contracts, options.provider);
  }

  isPast({ task, chain, step }: FragmentKey): boolean {
    return !this.options.tasks.isOpen(task) || (this.#steps.get(task)?.[chain] ?? 0) > step;
  }

  async settledBy({ task, chain, step }: FragmentKey): Promise<bigint | undefined> {
    const known = this.options.tasks.get(task);
    return known === undefined ? undefined : (await this.#history.find(known, chain, step))?.node;
  }

  /** The open fragment of a chain now; undefined when the task is unknown or over, or has no such chain. @throws CorexError CHAIN_*. */
  async openFragment(id: string, chain: number): Promise<ChainFragment | undefined> {
    const { context, tasks } = this.options;
    const task = tasks.get(id);
    if (task === undefined || BigInt(chain) >= task.terms.chains) return undefined;
    const [{ status }, cursor] = await Promise.all([
      readTask(context.contracts, id),
      readCursor(context.contracts, id, chain),
    ]);
    const isOpen = (status === "active" || status === "cancelled") && BigInt(cursor.step) < task.terms.steps;
    return isOpen ? new ChainFragment(this.#ground(), task, { status, chain, cursor }) : undefined;
  }

  protected async find(range: ScanRange): Promise<KnownTask<TaskTerms>[]> {
    return readPublishedTasks(this.options.context.contracts, this.options.provider, range);
  }

  protected idOf(terms: TaskTerms): string {
    const { context, chainId } = this.options;
    return taskId(chainId, contractAddress(context.contracts.taskMarket), terms);
  }

  protected async view(task: KnownTask<TaskTerms>): Promise<TaskView> {
    const { contracts } = this.options.context;
    const { status, assigned } = await readTask(contracts, task.task);
    const isOver = status === "completed" || (status === "cancelled" && assigned === 0);
    this.#steps.delete(task.task);
    if (status === "none" || isOver) return { status, isOver, fragments: [] };
    const chains = Array.from({ length: Number(task.terms.chains) }, (_, chain) => chain);
    const cursors = await Promise.all(chains.map(async (chain) => readCursor(contracts, task.task, chain)));
    this.#steps.set(
      task.task,
      cursors.map(({ step }) => step),
    );
    const fragments = cursors
      .map((cursor, chain) => new ChainFragment(this.#ground(), task, { status, chain, cursor }))
      .filter(({ cursor }) => BigInt(cursor.step) < task.terms.steps);
    return { status, isOver, fragments };
  }

  #ground(): ChainGround {
    const { context, chainId } = this.options;
    return { context, chainId, history: this.#history };
  }
}
