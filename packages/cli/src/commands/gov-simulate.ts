import { toQuantity } from "ethers";

import { readProposal } from "@corex/sdk/actions/governance/read-proposal";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readId, readNumber } from "../governance/parse-arguments.ts";
import { withChain } from "../governance/session.ts";
import { show } from "../governance/show.ts";
import { findWarnings } from "../simulate/find-warnings.ts";
import { openFork } from "../simulate/open-fork.ts";
import { reportText } from "../simulate/report-text.ts";
import { runCalls } from "../simulate/run-calls.ts";

export interface SimulateFlags extends GovernanceFlags {
  readonly after?: string;
}

/**
 * Executes a proposal on a copy of the chain's present state, as its timelock would, and prints what it changes.
 *
 * @throws CorexError GOV_SIMULATION_REVERTED after the report, when a call reverts; GOV_UNKNOWN_PROPOSAL, SIMULATE_UNAVAILABLE, CONFIG_*, CHAIN_*.
 */
export async function govSimulate(idText: string, flags: SimulateFlags): Promise<void> {
  const after = readNumber(flags.after ?? "0");
  await withChain(flags, async (session) => {
    const { rpcUrl, chainId, addresses, known } = session;
    const block = await session.provider.getBlock("latest");
    if (block === null) throw new CorexError("CHAIN_ERROR", "the endpoint has no latest block", { retry: "later" });
    const status = await readProposal(session, known, readId(idText));
    const timelock = addresses[status.kind === "policy" ? "PolicyTimelock" : "TechnicalTimelock"];
    const warnings = await findWarnings(session, status);
    const fork = await openFork(rpcUrl, chainId, block.number);
    try {
      await fork.request("evm_setNextBlockTimestamp", [toQuantity(BigInt(block.timestamp) + 1n + after)]);
      const outcomes = await runCalls(fork, timelock, status.calls, known);
      const { id, calls } = status;
      show(flags.json, { id, timelock, calls, outcomes, warnings }, reportText(calls, outcomes, warnings));
      const failed = outcomes.findIndex(({ success }) => !success);
      if (failed < 0) return;
      throw new CorexError("GOV_SIMULATION_REVERTED", `call ${failed + 1} reverts: ${outcomes[failed]?.reason ?? ""}`, {
        retry: "later",
      });
    } catch (cause) {
      throw decodeError(cause);
    } finally {
      await fork.close();
    }
  });
}
