import { readPublishedWorkTasks } from "@corex/sdk/actions/read-published-work-tasks";
import { readReview } from "@corex/sdk/actions/read-review";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { readWorkDelivery, readWorkResult } from "@corex/sdk/actions/read-work-delivery";
import { readWorkTask, type WorkTaskSummary } from "@corex/sdk/actions/read-work-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { siblingOf, type WorkTerms } from "@corex/sdk/task/work-terms";
import { workTaskId } from "@corex/sdk/task/work-task-id";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { KnownTask } from "../journal/task-log.ts";
import { type DeliveredPlace, isDelivered, type WorkPlace } from "../work/work-place.ts";
import { Market, type MarketOptions, type TaskView } from "./market.ts";
import { WorkFragment, type WorkEquipment } from "./work-fragment.ts";

export interface WorkMarketOptions extends MarketOptions<WorkTerms> {
  readonly equipment: WorkEquipment;
}

/** The market of work that verifiers judge. Beside open fragments it knows the results under review. */
export class WorkMarket extends Market<WorkTerms> {
  readonly name = "work";
  readonly #equipment: WorkEquipment;
  /** Fragments of the running tasks at the last look, by task. */
  readonly #places = new Map<string, readonly WorkPlace[]>();
  /** Fragments that are paid or dropped: nothing of them changes any more. */
  readonly #final = new Map<string, WorkPlace>();

  constructor({ equipment, ...options }: WorkMarketOptions) {
    super(options);
    this.#equipment = equipment;
  }

  /** Results that are under review, of all running tasks at the last look. */
  deliveries(): DeliveredPlace[] {
    return [...this.#places.values()].flat().filter(isDelivered);
  }

  /** A fragment of a running task at the last look. */
  placeOf(task: string, fragment: number): WorkPlace | undefined {
    return this.#places.get(task)?.find((place) => place.fragment === fragment);
  }

  /** The other half of a pair. */
  siblingOf({ task, fragment }: WorkPlace): WorkPlace | undefined {
    const sibling = siblingOf(task.terms, fragment);
    return sibling === undefined ? undefined : this.placeOf(task.task, sibling);
  }

  isPast({ task, chain, step }: FragmentKey): boolean {
    if (!this.options.tasks.isOpen(task)) return true;
    const place = this.placeOf(task, chain);
    if (place === undefined) return false;
    return place.isFinal || place.delivery !== undefined || place.cursor.attempt !== step;
  }

  /** The node whose result of this draw the market took. */
  async settledBy({ task, chain, step }: FragmentKey): Promise<bigint | undefined> {
    const { contracts } = this.options.context;
    const [cursor, delivery, result] = await Promise.all([
      readWorkCursor(contracts, task, chain),
      readWorkDelivery(contracts, task, chain),
      readWorkResult(contracts, task, chain),
    ]);
    if (cursor.attempt !== step) return undefined;
    return delivery?.node ?? (result.node === 0n ? undefined : result.node);
  }

  protected async find(range: ScanRange): Promise<KnownTask<WorkTerms>[]> {
    return readPublishedWorkTasks(this.options.context.contracts, this.options.provider, range);
  }

  protected idOf(terms: WorkTerms): string {
    const { context, chainId } = this.options;
    return workTaskId(chainId, contractAddress(context.contracts.workMarket), terms);
  }

  protected async view(task: KnownTask<WorkTerms>): Promise<TaskView> {
    const state = await readWorkTask(this.options.context.contracts, task.task);
    const { status } = state;
    this.#places.delete(task.task);
    if (status === "none") return { status, isOver: false, fragments: [] };
    const fragments = Array.from({ length: Number(task.terms.fragments) }, (_, fragment) => fragment);
    const places = await Promise.all(fragments.map(async (fragment) => this.#look(task, state, fragment)));
    const isOver =
      status === "completed" || (status === "cancelled" && !places.some((place) => isRunning(place, state)));
    if (isOver) {
      for (const fragment of fragments) this.#final.delete(`${task.task}:${fragment}`);
      return { status, isOver, fragments: [] };
    }
    this.#places.set(task.task, places);
    const { context, provider, chainId } = this.options;
    const ground = { context, provider, chainId, equipment: this.#equipment };
    const open = places.filter((place) => place.delivery === undefined && isRunning(place, state));
    return { status, isOver, fragments: open.map((place) => new WorkFragment(ground, place)) };
  }

  async #look(task: KnownTask<WorkTerms>, { status }: WorkTaskSummary, fragment: number): Promise<WorkPlace> {
    const known = this.#final.get(`${task.task}:${fragment}`);
    if (known !== undefined) return known;
    const { contracts } = this.options.context;
    const [cursor, delivery, { result, isFinal }] = await Promise.all([
      readWorkCursor(contracts, task.task, fragment),
      readWorkDelivery(contracts, task.task, fragment),
      readWorkResult(contracts, task.task, fragment),
    ]);
    const review = delivery === undefined ? undefined : await readReview(contracts, task.task, fragment);
    const place = { task, status, fragment, cursor, delivery, review, result, isFinal };
    if (isFinal) this.#final.set(`${task.task}:${fragment}`, place);
    return place;
  }
}

/** Whether a fragment still gets a result or a review: of a cancelled task, what was in flight when it was cancelled. */
function isRunning({ status, cursor, delivery, isFinal }: WorkPlace, { cancelHorizon }: WorkTaskSummary): boolean {
  if (isFinal) return false;
  return status === "active" || delivery !== undefined || cursor.node !== 0n || cursor.ticket < cancelHorizon;
}
