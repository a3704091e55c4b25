import type { BaseContract, Log, TransactionReceipt } from "ethers";

import type { TypedContractEvent } from "../../../../typechain-types/common.ts";
import { contractAddress } from "../contracts/contract-address.ts";
import { CorexError } from "../errors.ts";

/** A decoded event and where it was emitted. */
export interface ParsedEvent<Args> {
  readonly args: Args;
  readonly blockNumber: number;
  readonly transactionHash: string;
  readonly index: number;
}

/** The events of one kind that `contract` emitted, decoded; logs of other kinds and contracts are skipped. */
export function parseEvents<Input extends unknown[], Output extends unknown[], Args>(
  logs: readonly Log[],
  contract: Pick<BaseContract, "target" | "interface">,
  event: TypedContractEvent<Input, Output, Args>,
): ParsedEvent<Args>[] {
  const target = contractAddress(contract).toLowerCase();
  const { fragment } = event;
  return logs
    .filter(({ address, topics }) => address.toLowerCase() === target && topics[0] === fragment.topicHash)
    .map(({ data, topics, blockNumber, transactionHash, index }) => {
      const values = contract.interface.decodeEventLog(fragment, data, topics);
      const named = fragment.inputs.map((input, position): [string, unknown] => [input.name, values[position]]);
      return { args: Object.fromEntries(named) as Args, blockNumber, transactionHash, index };
    });
}

/** The first event of one kind in a receipt. @throws CorexError CHAIN_EVENT_MISSING. */
export function requireEvent<Input extends unknown[], Output extends unknown[], Args>(
  receipt: TransactionReceipt,
  contract: Pick<BaseContract, "target" | "interface">,
  event: TypedContractEvent<Input, Output, Args>,
): Args {
  const [first] = parseEvents(receipt.logs, contract, event);
  if (first === undefined) {
    throw new CorexError("CHAIN_EVENT_MISSING", `transaction ${receipt.hash} emitted no ${event.name}`, {
      details: { hash: receipt.hash, event: event.name },
    });
  }
  return first.args;
}
