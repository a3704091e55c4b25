import { getBytes } from "ethers";

import type { World } from "./world.ts";

/** One executed instruction as `debug_traceTransaction` tells it. */
export interface TraceStep {
  readonly op: string;
  readonly depth: number;
  /** Gas left before the instruction. */
  readonly gas: number;
  readonly gasCost: number;
  readonly stack?: readonly string[] | undefined;
}

/** Kinds of work that gas is spent on. */
export const KINDS = ["precompiles", "storage writes", "storage reads", "calls", "events", "other"] as const;

export type Kind = (typeof KINDS)[number];

/** Gas that the code of one contract spent itself, without the contracts it called. */
export type ContractCost = Readonly<Record<Kind, number>>;

/** Where the gas of a transaction went. All parts, less the refund, add up to `total`. */
export interface Profile {
  readonly total: number;
  /** 21,000 for the transaction and what its bytes cost. */
  readonly intrinsic: number;
  readonly calldata: { readonly zeros: number; readonly nonZeros: number };
  readonly refund: number;
  /** By address in lower case. */
  readonly contracts: Readonly<Record<string, ContractCost>>;
}

const TRANSACTION_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const NON_ZERO_BYTE_GAS = 16;
const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE"]);
const HIGHEST_PRECOMPILE = 0x11n;

/** Traces a mined transaction and sorts its gas by contract and kind of work. */
export async function profileTransaction(world: World, hash: string): Promise<Profile> {
  const [transaction, receipt] = await Promise.all([
    world.provider.getTransaction(hash),
    world.provider.getTransactionReceipt(hash),
  ]);
  if (transaction?.to == null || receipt === null) throw new Error(`${hash} is no call of a contract`);
  const options = { disableMemory: true, disableStorage: true };
  const { structLogs } = await world.rpc<{ structLogs: TraceStep[] }>("debug_traceTransaction", [hash, options]);
  const { intrinsic, ...calldata } = intrinsicGas(transaction.data);
  const contracts = attributeGas(structLogs, transaction.to);
  const spent = Object.values(contracts).reduce((sum, cost) => sum + totalOf(cost), intrinsic);
  const total = Number(receipt.gasUsed);
  return { total, intrinsic, calldata, refund: spent - total, contracts };
}

/** What a transaction costs before its first instruction (EIP-2028). */
export function intrinsicGas(data: string): { intrinsic: number; zeros: number; nonZeros: number } {
  const bytes = getBytes(data);
  const zeros = bytes.filter((byte) => byte === 0).length;
  const nonZeros = bytes.length - zeros;
  return { intrinsic: TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + NON_ZERO_BYTE_GAS * nonZeros, zeros, nonZeros };
}

/** Sum over all kinds of work. */
export function totalOf(cost: ContractCost): number {
  return KINDS.reduce((sum, kind) => sum + cost[kind], 0);
}

/** Gas by contract and kind. An instruction that calls pays what is gone after it and its callee did not spend. */
export function attributeGas(steps: readonly TraceStep[], entry: string): Record<string, ContractCost> {
  const costs: Record<string, Record<Kind, number>> = {};
  const addTo = (address: string, kind: Kind, gas: number): void => {
    const cost = (costs[address] ??= emptyCost());
    cost[kind] += gas;
  };

  /** Walks one frame from `start`; returns the index after it and the gas it and its callees spent. */
  const walk = (start: number, address: string): { end: number; spent: number } => {
    const depth = steps[start]?.depth ?? 0;
    let index = start;
    let spent = 0;
    for (let step = steps[index]; step !== undefined && step.depth === depth; step = steps[index]) {
      const target = CALLS.has(step.op) ? calleeOf(step) : undefined;
      const child = (steps[index + 1]?.depth ?? depth) > depth ? walk(index + 1, target ?? "created") : undefined;
      const next = steps[child?.end ?? index + 1];
      const whole = next !== undefined && next.depth === depth ? step.gas - next.gas : step.gasCost;
      addTo(address, kindOf(step.op, target), whole - (child?.spent ?? 0));
      spent += whole;
      index = child?.end ?? index + 1;
    }
    return { end: index, spent };
  };
  walk(0, entry.toLowerCase());
  return costs;
}

function emptyCost(): Record<Kind, number> {
  return { precompiles: 0, "storage writes": 0, "storage reads": 0, calls: 0, events: 0, other: 0 };
}

/** The address that a call instruction calls: second from the top of the stack. */
function calleeOf({ stack }: TraceStep): string | undefined {
  const word = stack?.at(-2);
  if (word === undefined) return undefined;
  return `0x${word.replace(/^0x/, "").padStart(64, "0").slice(24)}`;
}

function kindOf(op: string, callee: string | undefined): Kind {
  if (callee !== undefined) return BigInt(callee) <= HIGHEST_PRECOMPILE ? "precompiles" : "calls";
  if (op === "SSTORE" || op === "TSTORE") return "storage writes";
  if (op === "SLOAD" || op === "TLOAD") return "storage reads";
  if (op === "EXTCODECOPY" || op === "EXTCODESIZE" || op.startsWith("CREATE")) return "calls";
  if (op.startsWith("LOG")) return "events";
  return "other";
}
