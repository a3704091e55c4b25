import { readFile, stat } from "node:fs/promises";

import { LIMITS } from "@corex/sdk/data/prepare/limits";
import { CorexError } from "@corex/sdk/errors";

/** Reads the text of a licence. @throws CorexError CONFIG_UNREADABLE when it is missing, empty, too large or no UTF-8. */
export async function readLicence(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size === 0 || size > LIMITS.manifestBytes)
      throw new Error(`it has ${size} bytes, not 1 to ${LIMITS.manifestBytes}`);
    const bytes = new Uint8Array(await readFile(file));
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return bytes;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("CONFIG_UNREADABLE", `cannot read the licence ${file}: ${reason}`, {
      retry: "after-change",
      cause,
    });
  }
}
