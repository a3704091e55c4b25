import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import type { ReviewSummary } from "@corex/sdk/actions/read-review";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import type { WorkDelivery } from "@corex/sdk/actions/read-work-delivery";
import type { WorkTerms } from "@corex/sdk/task/work-terms";

import type { KnownTask } from "../journal/task-log.ts";

/** A fragment of a task of work, and what the chain says of it. */
export interface WorkPlace {
  readonly task: KnownTask<WorkTerms>;
  readonly status: TaskStatusName;
  readonly fragment: number;
  readonly cursor: ChainCursor;
  /** Result that waits for its review; undefined when nothing is submitted, or it is final. */
  readonly delivery: WorkDelivery | undefined;
  /** Review of the delivery; undefined without one. */
  readonly review: ReviewSummary | undefined;
  /** Last result; the zero hash for none. */
  readonly result: string;
  /** Whether it is paid or dropped. */
  readonly isFinal: boolean;
}

/** A result that is under review. */
export interface DeliveredPlace extends WorkPlace {
  readonly delivery: WorkDelivery;
  readonly review: ReviewSummary;
}

/** Whether a result is under review. */
export function isDelivered(place: WorkPlace): place is DeliveredPlace {
  return place.delivery !== undefined && place.review !== undefined;
}

/** A place in the words of logs. */
export function labelOfPlace({
  task,
  fragment,
}: Pick<WorkPlace, "task" | "fragment">): Readonly<Record<string, string | number>> {
  return { task: task.task, kind: "work", fragment };
}

/** Last second for which an audit waits for the other half of a pair, as `WorkReview.audit`. */
export function pairWaitsUntil({ task: { terms }, delivery }: DeliveredPlace): number {
  return delivery.submittedAt + Number(terms.fragmentDuration + terms.voteDuration);
}
