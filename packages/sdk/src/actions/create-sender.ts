import type { Signer } from "ethers";

import { CorexError } from "../errors.ts";
import type { Sender } from "./sender.ts";

/** A sender that signs with `signer` and waits for one confirmation. @throws CorexError CONFIG_INVALID without provider. */
export async function createSender(signer: Signer): Promise<Sender> {
  const { provider } = signer;
  if (provider === null) {
    throw new CorexError("CONFIG_INVALID", "the signer has no provider", { retry: "after-change" });
  }
  return {
    address: await signer.getAddress(),
    provider,
    async send({ to, data }) {
      const response = await signer.sendTransaction({ to, data });
      const receipt = await provider.waitForTransaction(response.hash, 1);
      if (receipt === null) throw new CorexError("CHAIN_ERROR", `${response.hash} has no receipt`, { retry: "later" });
      return receipt;
    },
  };
}
