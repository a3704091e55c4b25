import { toQuantity, type LogParams } from "ethers";

import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";
import type { KnownContracts } from "@corex/sdk/governance/known-contracts";
import type { ProposalCall } from "@corex/sdk/governance/parse-call";

import { decodeEvents, type DecodedEvent } from "./decode-events.ts";
import type { Fork } from "./open-fork.ts";
import { readChanges, type Changes } from "./state-changes.ts";

/** More than any block holds would fail on the chain, too. */
const GAS = 16_000_000;

/** What one call did. */
export interface CallOutcome extends Changes {
  readonly success: boolean;
  /** Why it reverted. */
  readonly reason: string | undefined;
  readonly gasUsed: number;
  readonly events: readonly DecodedEvent[];
}

interface Receipt {
  readonly status: string;
  readonly gasUsed: string;
  readonly logs: readonly LogParams[];
}

/** Executes the calls on the fork, in order, as `timelock` would; the rest of them after one that reverts, too. */
export async function runCalls(
  fork: Fork,
  timelock: string,
  calls: readonly ProposalCall[],
  known: KnownContracts,
): Promise<CallOutcome[]> {
  await fork.request("hardhat_impersonateAccount", [timelock]);
  // A block of its own: under which rules the block that was forked ran is not known for every chain.
  await fork.request("hardhat_setNextBlockBaseFeePerGas", ["0x0"]);
  await fork.request("evm_mine", []);
  const outcomes: CallOutcome[] = [];
  for (const call of calls) outcomes.push(await runCall(fork, timelock, call, known));
  return outcomes;
}

async function runCall(fork: Fork, from: string, call: ProposalCall, known: KnownContracts): Promise<CallOutcome> {
  const { target: to, value, data } = call;
  const transaction = { from, to, value: toQuantity(value), data };
  const nothing = { gasUsed: 0, events: [], storage: [], native: [], tokens: [] };
  try {
    await fork.request("eth_call", [transaction, "latest"]);
  } catch (cause) {
    return { success: false, reason: decodeError(cause).message, ...nothing };
  }
  await fork.request("hardhat_setNextBlockBaseFeePerGas", ["0x0"]);
  const hash = await fork.request("eth_sendTransaction", [
    { ...transaction, gas: toQuantity(GAS), maxFeePerGas: "0x0", maxPriorityFeePerGas: "0x0" },
  ]);
  const receipt = (await fork.request("eth_getTransactionReceipt", [hash])) as Receipt | null;
  if (receipt === null) throw new CorexError("SIMULATE_UNAVAILABLE", "the fork mined nothing");
  const gasUsed = Number(receipt.gasUsed);
  if (BigInt(receipt.status) === 0n)
    return { success: false, reason: `it needs more than ${GAS} gas`, ...nothing, gasUsed };
  const changes = await readChanges(fork, String(hash), receipt.logs, known);
  return { success: true, reason: undefined, gasUsed, events: decodeEvents(receipt.logs, known), ...changes };
}
