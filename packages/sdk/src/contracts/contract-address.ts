import type { BaseContract } from "ethers";

import { CorexError } from "../errors.ts";

/** Address of a connected contract. @throws CorexError CONFIG_INVALID when it was connected by name. */
export function contractAddress({ target }: Pick<BaseContract, "target">): string {
  if (typeof target === "string") return target;
  throw new CorexError("CONFIG_INVALID", "contracts are connected by address, not by name");
}
