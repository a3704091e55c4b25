import { parseEther } from "ethers";

import { CorexError } from "@corex/sdk/errors";

/** An amount of CXT on the command line, in wei; undefined when absent. @throws CorexError STAKE_USAGE. */
export function readCxt(name: string, value: unknown): bigint | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : "";
  if (!/^\d+(\.\d{1,18})?$/.test(text) || parseEther(text) === 0n) {
    throw usage(name, text, "a positive amount of CXT such as 1000 or 0.5");
  }
  return parseEther(text);
}

/** A whole number on the command line; undefined when absent. @throws CorexError STAKE_USAGE. */
export function readWhole(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : "";
  if (!/^\d{1,9}$/.test(text)) throw usage(name, text, "a whole number");
  return Number(text);
}

function usage(name: string, text: string, expected: string): CorexError {
  return new CorexError("STAKE_USAGE", `--${name} is "${text}", expected ${expected}`, { retry: "after-change" });
}
