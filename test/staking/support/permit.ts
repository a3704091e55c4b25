// EIP-2612 permits of CXT for the vault.
import type { Signer } from "ethers";

import { ethers } from "../../support/fixtures.ts";
import { type StakingSuite, deployStaking } from "./staking.ts";

const NEVER = 2n ** 256n - 1n;

/** A permit for the vault, signed by `signer` in the name of `owner`. */
export async function permitOf(suite: StakingSuite, owner: string, amount: bigint, signer: Signer) {
  const { token, vault } = suite;
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Corex Token", version: "1", chainId, verifyingContract: await token.getAddress() };
  const fields = ["owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256"];
  const Permit = fields.map((field) => ({ name: field.split(":")[0] ?? "", type: field.split(":")[1] ?? "" }));
  const spender = await vault.getAddress();
  const message = { owner, spender, value: amount, nonce: await token.nonces(owner), deadline: NEVER };
  const { v, r, s } = ethers.Signature.from(await signer.signTypedData(domain, { Permit }, message));
  return { deadline: NEVER, v, r, s };
}

/** The suite in which the operator of node 1 allows the vault nothing. */
export async function deployWithoutAllowance() {
  const suite = await deployStaking();
  await suite.token.connect(suite.operator).approve(suite.vault, 0n);
  return suite;
}
