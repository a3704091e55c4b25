import { CorexError, type Retry } from "../errors.ts";

/** What a verifier says about a result. */
export interface Verdict {
  readonly vote: "accept" | "reject" | "abstain";
  /** Quality from 0 to 100, for kinds that have degrees. */
  readonly score?: number;
  /** For people: what was compared, or where the first difference is. */
  readonly reason: string;
  /** Only when abstaining: whether fetching again can help. */
  readonly retry?: Retry;
}

export function accept(reason: string, score?: number): Verdict {
  return { vote: "accept", ...(score === undefined ? {} : { score }), reason };
}

export function reject(reason: string, score?: number): Verdict {
  return { vote: "reject", ...(score === undefined ? {} : { score }), reason };
}

export function abstain(reason: string, retry: Retry = "never"): Verdict {
  return { vote: "abstain", reason, retry };
}

/**
 * Abstains over what stopped a verifier before it saw the result: content it cannot fetch, or a spec, input or parameter
 * that nobody can work on. None of it is the executor's fault.
 *
 * @throws what is no CorexError, and WORK_KIND_MISMATCH: errors of the program.
 */
export function abstainOver(error: unknown): Verdict {
  if (!(error instanceof CorexError) || error.code === "WORK_KIND_MISMATCH") throw error;
  return abstain(`${error.code}: ${error.message}`, error.retry);
}
