import { Contract, type Signer } from "ethers";

import { contractAddress } from "../../contracts/contract-address.ts";
import type { GovernanceContracts } from "../../contracts/connect-governance.ts";
import { decodeError } from "../../contracts/decode-error.ts";
import { VOTE_CHOICES, type Vote } from "./cast-vote.ts";

/** EIP-712 type of a vote by signature. */
export const BALLOT_TYPES = {
  Ballot: [
    { name: "proposalId", type: "uint256" },
    { name: "support", type: "uint8" },
    { name: "voter", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
};

/** A vote that its voter signed and anyone may cast. */
export interface SignedBallot extends Omit<Vote, "reason"> {
  readonly voter: string;
  readonly signature: string;
}

/** Signs a vote without sending it: it costs no gas, and holds until the voter's next signed vote. @throws CorexError CHAIN_*. */
export async function signBallot(
  contracts: GovernanceContracts,
  signer: Pick<Signer, "getAddress" | "signTypedData">,
  { governor: name, proposalId, choice }: Omit<Vote, "reason">,
): Promise<SignedBallot> {
  const governor = contracts[name];
  const voter = await signer.getAddress();
  const { domain, nonce } = await readDomain(governor, voter);
  const message = { proposalId, support: VOTE_CHOICES.indexOf(choice), voter, nonce };
  return {
    governor: name,
    proposalId,
    choice,
    voter,
    signature: await signer.signTypedData(domain, BALLOT_TYPES, message),
  };
}

async function readDomain(governor: GovernanceContracts["supportGovernor" | "policyGovernor"], voter: string) {
  const verifyingContract = contractAddress(governor);
  const standard = new Contract(
    verifyingContract,
    [
      "function nonces(address) view returns (uint256)",
      "function eip712Domain() view returns (bytes1, string, string, uint256, address, bytes32, uint256[])",
    ],
    governor.runner,
  );
  try {
    const nonce = (await standard.getFunction("nonces").staticCall(voter)) as bigint;
    const [, name, version, chainId] = (await standard.getFunction("eip712Domain").staticCallResult()) as unknown as [
      string,
      string,
      string,
      bigint,
    ];
    return { domain: { name, version, chainId, verifyingContract }, nonce };
  } catch (cause) {
    throw decodeError(cause);
  }
}
