import { executorOf } from "./executor-of.ts";

/**
 * A well-formed wrong result, made of a right one, for planted audits: whoever accepts it did not check.
 *
 * @throws CorexError WORK_UNKNOWN_KIND, WORK_RESULT_INVALID when `result` is no result of the kind.
 */
export function canonicalLie(kind: number, result: Uint8Array): Uint8Array {
  return executorOf(kind).lie(result);
}
