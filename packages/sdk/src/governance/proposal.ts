import { AbiCoder, id, keccak256 } from "ethers";

/** What a proposal does and says; its id is the hash of it, the same in both stages. */
export interface Proposal {
  readonly targets: readonly string[];
  /** Native coin sent with each call, in wei. */
  readonly values: readonly bigint[];
  readonly calldatas: readonly string[];
  readonly description: string;
}

/** Hash of a description, as a governor takes it. */
export function descriptionHash(description: string): string {
  return id(description);
}

/** Id of a proposal, as every governor computes it. */
export function proposalId({ targets, values, calldatas, description }: Proposal): bigint {
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
  return BigInt(
    keccak256(AbiCoder.defaultAbiCoder().encode(types, [targets, values, calldatas, descriptionHash(description)])),
  );
}
