import type { ParsedEvent } from "../parse-events.ts";
import { scanEvents } from "../scan-events.ts";
import { decodeError } from "../../contracts/decode-error.ts";
import type { Proposal } from "../../governance/proposal.ts";
import type { GovernanceReader, GovernorName } from "./governance-context.ts";

/** A proposal as it came to a governor. */
export interface FoundProposal extends Proposal {
  readonly id: bigint;
  readonly author: string;
  /** Where it is decided last: the governor of the second stage once it was promoted. */
  readonly governor: GovernorName;
  /** Block of its first stage; of its confirmation, for one. */
  readonly blockNumber: number;
}

const GOVERNORS: readonly GovernorName[] = ["supportGovernor", "policyGovernor", "technicalGovernor"];

/** Every proposal of the deployment, oldest first; a promoted one is there once. @throws CorexError CHAIN_*. */
export async function findProposals(reader: GovernanceReader): Promise<FoundProposal[]> {
  const found = new Map<bigint, FoundProposal>();
  for (const governor of GOVERNORS) {
    for (const { args, blockNumber } of await createdAt(reader, governor)) {
      const { proposalId: id, proposer: author, targets, values, calldatas, description } = args;
      const first = found.get(id)?.blockNumber ?? blockNumber;
      const content = { targets: [...targets], values: [...values], calldatas: [...calldatas], description };
      found.set(id, { id, author, governor, blockNumber: first, ...content });
    }
  }
  return [...found.values()].sort((a, b) => a.blockNumber - b.blockNumber);
}

type Created = ParsedEvent<{
  proposalId: bigint;
  proposer: string;
  targets: string[];
  values: bigint[];
  calldatas: string[];
  description: string;
}>;

async function createdAt({ contracts, provider, fromBlock }: GovernanceReader, name: GovernorName): Promise<Created[]> {
  const governor = contracts[name];
  try {
    const toBlock = await provider.getBlockNumber();
    const events: Created[] = [];
    for await (const range of scanEvents(provider, governor, governor.getEvent("ProposalCreated"), {
      fromBlock,
      toBlock,
    })) {
      events.push(...(range as unknown as Created[]));
    }
    return events;
  } catch (cause) {
    throw decodeError(cause);
  }
}
