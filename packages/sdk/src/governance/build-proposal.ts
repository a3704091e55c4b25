import { encodeBytes32String, getAddress, isAddress, isHexString } from "ethers";

import { contractAddress } from "../contracts/contract-address.ts";
import type { GovernanceContracts } from "../contracts/connect-governance.ts";
import { CorexError } from "../errors.ts";
import { withProposer } from "./description.ts";
import type { KnownContracts } from "./known-contracts.ts";
import { parseCall, type ProposalCall } from "./parse-call.ts";
import { parseParameter } from "./parameter-names.ts";
import type { Proposal } from "./proposal.ts";

/** A text that a proposal wants adopted. */
export interface PolicyText {
  /** keccak-256 of the text. */
  readonly contentHash: string;
  /** Where it can be read. */
  readonly uri: string;
  /** Free label of at most 31 bytes. */
  readonly category: string;
}

/** A proposal as its author writes it. */
export interface ProposalInput {
  readonly description: string;
  /** `protocolFeeBps=400`, each becomes a call of `Parameters.set`. */
  readonly parameters?: readonly string[];
  /** `FeeRouter.setShares(0, 10000)`, or a call that is encoded already. */
  readonly calls?: readonly (string | ProposalCall)[];
  readonly policy?: PolicyText;
}

/**
 * Turns what an author writes into the calls of a proposal that only it can propose.
 *
 * @throws CorexError GOV_PROPOSAL_INVALID, GOV_DESCRIPTION_INVALID.
 */
export function buildProposal(
  input: ProposalInput,
  author: string,
  { contracts, known }: { readonly contracts: GovernanceContracts; readonly known: KnownContracts },
): Proposal {
  const { parameters = [], calls = [], policy } = input;
  const all: ProposalCall[] = [
    ...parameters.map((text) => setParameter(contracts, text)),
    ...calls.map((call) => (typeof call === "string" ? parseCall(call, known) : checkCall(call))),
  ];
  if (policy !== undefined) {
    if (all.length > 0) throw invalid("a proposal that adopts a text can do nothing else");
    all.push(ratify(contracts, policy));
  }
  if (all.length === 0) throw invalid("a proposal needs a call, a parameter or a policy");
  return {
    targets: all.map(({ target }) => target),
    values: all.map(({ value }) => value),
    calldatas: all.map(({ data }) => data),
    description: withProposer(input.description, author),
  };
}

function setParameter({ parameters }: GovernanceContracts, text: string): ProposalCall {
  const { parameter, value } = parseParameter(text);
  return {
    target: contractAddress(parameters),
    value: 0n,
    data: parameters.interface.encodeFunctionData("set", [parameter, value]),
  };
}

function ratify({ policyRegistry }: GovernanceContracts, { contentHash, uri, category }: PolicyText): ProposalCall {
  if (Buffer.byteLength(category) > 31) throw invalid(`the category "${category}" is longer than 31 bytes`);
  if (uri === "" || Buffer.byteLength(uri) > 256) throw invalid("the address of a policy has 1 to 256 bytes");
  const args = [contentHash, uri, encodeBytes32String(category)] as [string, string, string];
  return {
    target: contractAddress(policyRegistry),
    value: 0n,
    data: policyRegistry.interface.encodeFunctionData("ratify", args),
  };
}

function checkCall({ target, value, data }: ProposalCall): ProposalCall {
  if (!isAddress(target)) throw invalid(`the target ${String(target)} is no address`);
  if (!isHexString(data) || data.length % 2 !== 0) throw invalid(`the data of the call of ${target} is no hex string`);
  return { target: getAddress(target), value, data };
}

function invalid(message: string): CorexError {
  return new CorexError("GOV_PROPOSAL_INVALID", message, { retry: "after-change" });
}
