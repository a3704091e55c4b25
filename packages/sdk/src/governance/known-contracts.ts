import { Interface } from "ethers";

import { contractAddress } from "../contracts/contract-address.ts";
import type { GovernanceContracts } from "../contracts/connect-governance.ts";
import type { Deployment } from "../contracts/deployment.ts";

/** What the contracts have from OpenZeppelin beside their own interfaces, and a proposal may call. */
const STANDARD = new Interface([
  "function setAuthority(address newAuthority)",
  "function setVotingDelay(uint48 newVotingDelay)",
  "function setVotingPeriod(uint32 newVotingPeriod)",
  "function setProposalThreshold(uint256 newProposalThreshold)",
  "function setLateQuorumVoteExtension(uint48 newVoteExtension)",
  "function relay(address target, uint256 value, bytes data) payable",
  "function updateTimelock(address newTimelock)",
  "function updateDelay(uint256 newDelay)",
  "function cancel(bytes32 id)",
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function renounceRole(bytes32 role, address callerConfirmation)",
  "event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay)",
  "event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod)",
  "event LateQuorumVoteExtensionSet(uint64 oldVoteExtension, uint64 newVoteExtension)",
  "event MinDelayChange(uint256 oldDuration, uint256 newDuration)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
  "event AuthorityUpdated(address authority)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
]);

/** A contract of the deployment: its name and what is known of its functions and events. */
export interface KnownContract {
  readonly name: string;
  readonly address: string;
  /** Its own interface first, then what it may have from OpenZeppelin. */
  readonly interfaces: readonly Interface[];
}

/** Contracts of the deployment by address in lower case. */
export type KnownContracts = ReadonlyMap<string, KnownContract>;

/** Names and interfaces of the contracts of `deployment`; no network access. */
export function knownContracts({ contracts: named }: Deployment, contracts: GovernanceContracts): KnownContracts {
  const own = new Map<string, Interface>();
  for (const contract of Object.values(contracts)) {
    own.set(contractAddress(contract).toLowerCase(), contract.interface);
  }
  const known = new Map<string, KnownContract>();
  for (const [name, address] of Object.entries(named)) {
    const found = own.get(address.toLowerCase());
    const interfaces = found === undefined ? [STANDARD] : [found, STANDARD];
    known.set(address.toLowerCase(), { name, address, interfaces });
  }
  return known;
}

/** An address in words: the name of the contract, else the address itself. */
export function nameOf(known: KnownContracts, address: string): string {
  return known.get(address.toLowerCase())?.name ?? address;
}
