import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { JsonReader } from "../../../packages/sdk/src/data/json-reader.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";

/**
 * Reads a JSON file for checking field by field.
 *
 * @throws CorexError with `code` when the file is missing or is no JSON; so do the checks of the reader.
 */
export function readJson(path: string, code: string): JsonReader {
  try {
    return new JsonReader(JSON.parse(readFileSync(path, "utf8")), code, basename(path));
  } catch (cause) {
    throw new CorexError(code, `${path} cannot be read as JSON`, { retry: "after-change", cause });
  }
}
