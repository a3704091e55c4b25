import { CorexError } from "../../errors.ts";

/** The error of a file that is no CSV. */
export function malformedCsv(name: string, reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_MALFORMED_CSV", `${name} is malformed: ${reason}`, {
    retry: "after-change",
    details: { path: name },
    cause,
  });
}
