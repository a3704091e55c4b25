import { CorexError } from "../../../../packages/sdk/src/errors.ts";

/** The coded error that `work` throws. */
export function caught(work: () => unknown): CorexError {
  try {
    work();
  } catch (error) {
    if (error instanceof CorexError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
