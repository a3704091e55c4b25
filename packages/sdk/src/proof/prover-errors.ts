import { CorexError } from "../errors.ts";

/** The caller gave up. */
export function aborted(): CorexError {
  return new CorexError("PROVER_ABORTED", "the proof was aborted", { retry: "later" });
}

/** The prover was closed before or during the call. */
export function closed(): CorexError {
  return new CorexError("PROVER_CLOSED", "the prover is closed");
}

/** The process behind the prover died: the next call starts another one. */
export function crashed(how: string): CorexError {
  return new CorexError("PROVER_CRASHED", `the prover process died (${how})`, { retry: "later" });
}
