import { decodeError } from "../../contracts/decode-error.ts";
import { CorexError } from "../../errors.ts";
import { callsOf } from "../../governance/calls-of.ts";
import { describeCall, type DescribedCall } from "../../governance/describe-call.ts";
import type { KnownContracts } from "../../governance/known-contracts.ts";
import type { ProposalCall } from "../../governance/parse-call.ts";
import { findProposal } from "./find-proposal.ts";
import type { FoundProposal } from "./find-proposals.ts";
import type { GovernanceReader, StageName } from "./governance-context.ts";
import { readStage, type StageStatus } from "./read-stage.ts";

/** A call of a proposal in words, with what the chain says about it. */
export interface LabelledCall extends DescribedCall {
  /** What the DAO says the function means; empty for none. */
  readonly label: string;
  /** Whether this call makes the delay of the proposal the longer one. */
  readonly longDelay: boolean;
}

/** Everything about a proposal. Times are seconds; zero for none. */
export interface ProposalStatus extends FoundProposal {
  readonly kind: "policy" | "technical";
  /** The governor that decides it. */
  readonly decider: StageName;
  /** First stage; undefined for a confirmation, which needs none. */
  readonly support: StageStatus | undefined;
  /** Last second at which it can be promoted. */
  readonly promotableUntil: number;
  /** CXT wei that are not settled. */
  readonly bond: bigint;
  /** Second stage; undefined before it was promoted. */
  readonly decision: StageStatus | undefined;
  /** Second from which it can be executed. */
  readonly eta: number;
  readonly confirmation: boolean;
  readonly vetoedAt: number;
  readonly vetoUpheld: boolean;
  readonly calls: readonly LabelledCall[];
  /** Time of the chain. */
  readonly now: number;
}

/** Reads a proposal in both stages, its calls in words. @throws CorexError GOV_UNKNOWN_PROPOSAL, CHAIN_*. */
export async function readProposal(
  reader: GovernanceReader,
  known: KnownContracts,
  id: bigint,
): Promise<ProposalStatus> {
  const found = await findProposal(reader, id);
  try {
    return await statusOf(reader, known, found);
  } catch (cause) {
    throw decodeError(cause);
  }
}

async function statusOf(
  reader: GovernanceReader,
  known: KnownContracts,
  found: FoundProposal,
): Promise<ProposalStatus> {
  const { contracts, provider } = reader;
  const { supportGovernor, technicalGovernor } = contracts;
  const { id, targets, calldatas } = found;
  const isPolicy = (await supportGovernor.kindOf([...targets], [...calldatas])) === 1n;
  const decider = isPolicy ? "policyGovernor" : "technicalGovernor";
  const support = await readStage(reader, "supportGovernor", id);
  const decision = await readStage(reader, decider, id);
  const promoted = decision !== undefined;
  const technical = promoted && !isPolicy;
  const block = await provider.getBlock("latest");
  if (block === null) throw new CorexError("CHAIN_ERROR", "the endpoint has no latest block", { retry: "later" });
  return {
    ...found,
    kind: isPolicy ? "policy" : "technical",
    decider,
    support,
    promotableUntil: support === undefined ? 0 : Number(await supportGovernor.promotableUntil(id)),
    bond: await supportGovernor.bondOf(id),
    decision,
    eta: promoted ? Number(await contracts[decider].proposalEta(id)) : 0,
    confirmation: technical && (await technicalGovernor.isConfirmation(id)),
    vetoedAt: technical ? Number(await technicalGovernor.vetoedAt(id)) : 0,
    vetoUpheld: technical && (await technicalGovernor.vetoUpheld(id)),
    calls: await Promise.all(callsOf(found).map(async (call) => labelled(reader, known, call))),
    now: block.timestamp,
  };
}

async function labelled(
  { contracts }: GovernanceReader,
  known: KnownContracts,
  call: ProposalCall,
): Promise<LabelledCall> {
  const { selectorRegistry } = contracts;
  const { target, data } = call;
  const label = data.length >= 10 ? await selectorRegistry.labelOf(target, data.slice(0, 10)) : "";
  return { ...describeCall(call, known), label, longDelay: await selectorRegistry.needsLongDelay(target, data) };
}
