import { Signature, type Signer } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** EIP-712 type of a permit (ERC-2612). */
export const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** What a permit allows. */
export interface Permit {
  readonly spender: string;
  /** CXT wei. */
  readonly value: bigint;
  /** Last second at which it can be used. */
  readonly deadline: number;
}

/**
 * Signs that a spender may take CXT of the signer, once: no transaction is sent. Whoever has the signature can use it.
 *
 * @throws CorexError CHAIN_*.
 */
export async function signPermit(
  { token }: Pick<CorexContracts, "token">,
  signer: Pick<Signer, "getAddress" | "signTypedData">,
  { spender, value, deadline }: Permit,
): Promise<Signature> {
  const owner = await signer.getAddress();
  const { name, version, chainId, verifyingContract, nonce } = await readPermitDomain(token, owner);
  const statement = { owner, spender, value, nonce, deadline };
  const domain = { name, version, chainId, verifyingContract };
  return Signature.from(await signer.signTypedData(domain, PERMIT_TYPES, statement));
}

async function readPermitDomain(token: CorexContracts["token"], owner: string) {
  try {
    const [{ name, version, chainId, verifyingContract }, nonce] = await Promise.all([
      token.eip712Domain(),
      token.nonces(owner),
    ]);
    return { name, version, chainId, verifyingContract, nonce };
  } catch (cause) {
    throw decodeError(cause);
  }
}
