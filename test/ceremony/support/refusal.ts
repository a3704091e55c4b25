import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { CorexError } from "../../../packages/sdk/src/errors.ts";

/** What a call that must fail says: `CODE: message` of a coded error, the message of another. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CorexError) return `${error.code}: ${error.message}`;
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was refused");
}

/** Every file below a folder with the hash of its content: equal before and after what changes nothing. */
export function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const hash = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  return Object.fromEntries(files.toSorted().map((name) => [name, hash(name)]));
}
