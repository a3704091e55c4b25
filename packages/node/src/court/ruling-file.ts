import { readFile } from "node:fs/promises";

import { RULINGS, type RulingName } from "@corex/sdk/actions/read-dispute";
import { CorexError } from "@corex/sdk/errors";

/**
 * What a person decided about a dispute, in a JSON file such as `{"12": "claimant"}`; undefined when the file says nothing about
 * it. It is read each time, so that it can be written while jurors vote.
 *
 * @throws CorexError CONFIG_UNREADABLE, CONFIG_INVALID.
 */
export async function readRuling(file: string, dispute: bigint): Promise<RulingName | undefined> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new CorexError("CONFIG_UNREADABLE", `cannot read the rulings in ${file}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
  const key = String(dispute);
  const value: unknown =
    typeof parsed === "object" && parsed !== null && Object.hasOwn(parsed, key) ? Reflect.get(parsed, key) : undefined;
  if (value === undefined) return undefined;
  const ruling = RULINGS.find((name) => name === value);
  if (ruling !== undefined) return ruling;
  throw new CorexError("CONFIG_INVALID", `${file} has ${JSON.stringify(value)} for dispute ${key}`, {
    retry: "after-change",
    details: { file, expected: RULINGS },
  });
}
