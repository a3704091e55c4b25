import { parseEther } from "ethers";

import { CorexError } from "@corex/sdk/errors";

/** The largest price that the registry holds (uint96), in wei. */
const MAX_PRICE = (1n << 96n) - 1n;

/** A price in CXT on the command line, in wei; zero is free. @throws CorexError CONFIG_INVALID. */
export function readPrice(text: string): bigint {
  const price = /^\d{1,12}(\.\d{1,18})?$/.test(text) ? parseEther(text) : MAX_PRICE + 1n;
  if (price > MAX_PRICE) {
    throw new CorexError("CONFIG_INVALID", `--price is "${text}", expected an amount of CXT such as 0, 0.5 or 1000`, {
      retry: "after-change",
    });
  }
  return price;
}
