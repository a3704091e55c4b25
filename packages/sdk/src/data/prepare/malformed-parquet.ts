import { CorexError } from "../../errors.ts";
import type { InputFile } from "./input-files.ts";

/** An error with the place and the reason. */
export function malformedParquet({ location }: InputFile, reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_MALFORMED_PARQUET", `${location} is no Parquet file that can be read: ${reason}`, {
    retry: "after-change",
    details: { path: location },
    cause,
  });
}

/** What `read` gives; what the Parquet reader throws becomes DATA_MALFORMED_PARQUET. */
export async function orMalformed<T>(file: InputFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof CorexError) throw cause;
    throw malformedParquet(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
