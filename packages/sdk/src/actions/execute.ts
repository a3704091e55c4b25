import { Interface, type FunctionFragment, type TransactionReceipt } from "ethers";

import type { TypedContractMethod } from "../../../../typechain-types/common.ts";
import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";
import type { Sender } from "./sender.ts";

/** What every action needs: typed contracts to encode calls and decode events, and the account that sends. */
export interface ActionContext {
  readonly contracts: CorexContracts;
  readonly sender: Sender;
}

/** A mined action: what the simulation returned and the receipt that proves it happened. */
export interface Executed<Result> {
  readonly result: Result;
  readonly receipt: TransactionReceipt;
}

/** A state-changing method of a contract with one result (`[]` when it returns nothing). It is sent without native coin. */
export type WriteMethod<Args extends unknown[], Results> =
  TypedContractMethod<Args, Results, "nonpayable"> | TypedContractMethod<Args, Results, "payable">;

/** The only result of a method; undefined when it has none. */
type First<Results> = Results extends readonly [infer Only] ? ([Only] extends [void] ? undefined : Only) : Results;

/** Simulates a call and returns its result; nothing is sent. @throws CorexError CHAIN_*: see `decodeError`. */
export async function simulate<Args extends unknown[], Results>(
  { sender }: Pick<ActionContext, "sender">,
  method: WriteMethod<Args, Results>,
  args: Args,
): Promise<First<Results>> {
  try {
    const { to, data } = await encode(method, args);
    const returned = await sender.provider.call({ from: sender.address, to, data });
    return decodeResult(method.fragment, returned) as First<Results>;
  } catch (cause) {
    throw decodeError(cause);
  }
}

/**
 * Simulates a call, sends it and waits until it is mined.
 *
 * The simulation comes first so that a call that must fail costs no gas and says why.
 *
 * @param intent what the transaction is for, see `TransactionIntent`.
 * @throws CorexError CHAIN_*: see `decodeError`; CHAIN_REVERTED when it was mined but reverted.
 */
export async function execute<Args extends unknown[], Results>(
  context: ActionContext,
  method: WriteMethod<Args, Results>,
  args: Args,
  intent: string,
): Promise<Executed<First<Results>>> {
  const result = await simulate(context, method, args);
  const { sender } = context;
  try {
    const { to, data } = await encode(method, args);
    const receipt = await sender.send({ intent, to, data });
    if (receipt.status !== 1) throw await reasonOf(sender, { to, data }, receipt, intent);
    return { result, receipt };
  } catch (cause) {
    throw decodeError(cause);
  }
}

async function encode<Args extends unknown[], Results>(method: WriteMethod<Args, Results>, args: Args) {
  const { to, data } = await method.populateTransaction(...(args as Parameters<typeof method.populateTransaction>));
  if (to === undefined) throw new CorexError("CHAIN_ERROR", `${method.name} has no target`);
  return { to, data };
}

/** Repeats a reverted call on the state before its block, where it most likely fails for the same reason. */
async function reasonOf(
  sender: Sender,
  call: { to: string; data: string },
  receipt: TransactionReceipt,
  intent: string,
): Promise<CorexError> {
  try {
    await sender.provider.call({ ...call, from: sender.address, blockTag: receipt.blockNumber });
  } catch (cause) {
    return decodeError(cause);
  }
  return new CorexError("CHAIN_REVERTED", `transaction ${receipt.hash} (${intent}) was mined and reverted`, {
    retry: "later",
    details: { hash: receipt.hash, block: receipt.blockNumber },
  });
}

function decodeResult(fragment: FunctionFragment, data: string): unknown {
  const values = new Interface([fragment]).decodeFunctionResult(fragment, data);
  return values.length === 1 ? values[0] : values.length === 0 ? undefined : values;
}
