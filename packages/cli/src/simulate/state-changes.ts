import { dataSlice, getAddress, id, toBeHex, type LogParams } from "ethers";

import { nameOf, type KnownContracts } from "@corex/sdk/governance/known-contracts";

import type { Fork } from "./open-fork.ts";

const TRANSFER = id("Transfer(address,address,uint256)");
const ZERO = toBeHex(0, 32);

/** A word of storage that changed. */
export interface StorageChange {
  readonly contract: string;
  readonly slot: string;
  readonly before: string;
  readonly after: string;
}

/** A balance that changed, in wei. */
export interface BalanceChange {
  readonly account: string;
  readonly change: bigint;
}

/** What a transaction changed. */
export interface Changes {
  readonly storage: readonly StorageChange[];
  /** Native coin. */
  readonly native: readonly BalanceChange[];
  /** CXT. */
  readonly tokens: readonly BalanceChange[];
}

interface AccountState {
  readonly balance?: string;
  readonly storage?: Readonly<Record<string, string>>;
}

interface StateDiff {
  readonly pre: Readonly<Record<string, AccountState>>;
  readonly post: Readonly<Record<string, AccountState>>;
}

/** Reads what a transaction of the fork changed. */
export async function readChanges(
  fork: Fork,
  hash: string,
  logs: readonly LogParams[],
  known: KnownContracts,
): Promise<Changes> {
  const tracer = { tracer: "prestateTracer", tracerConfig: { diffMode: true } };
  const { pre, post } = (await fork.request("debug_traceTransaction", [hash, tracer])) as StateDiff;
  const storage: StorageChange[] = [];
  const native: BalanceChange[] = [];
  for (const address of Object.keys({ ...pre, ...post })) {
    const before = pre[address] ?? {};
    const after = post[address] ?? {};
    const contract = nameOf(known, getAddress(address));
    for (const slot of Object.keys({ ...before.storage, ...after.storage })) {
      const words = { before: before.storage?.[slot] ?? ZERO, after: after.storage?.[slot] ?? ZERO };
      if (words.before !== words.after) storage.push({ contract, slot, ...words });
    }
    if (after.balance === undefined) continue;
    const change = BigInt(after.balance) - BigInt(before.balance ?? 0);
    if (change !== 0n) native.push({ account: contract, change });
  }
  return { storage, native, tokens: tokenChanges(logs, known) };
}

function tokenChanges(logs: readonly LogParams[], known: KnownContracts): BalanceChange[] {
  const changes = new Map<string, bigint>();
  for (const { address, topics, data } of logs) {
    const [topic, from, to] = topics;
    if (nameOf(known, address) !== "CorexToken" || topic !== TRANSFER || from === undefined || to === undefined)
      continue;
    for (const [account, amount] of [
      [accountOf(from), -BigInt(data)],
      [accountOf(to), BigInt(data)],
    ] as const) {
      const name = BigInt(account) === 0n ? "nobody (minted or burned)" : nameOf(known, account);
      changes.set(name, (changes.get(name) ?? 0n) + amount);
    }
  }
  return [...changes].filter(([, change]) => change !== 0n).map(([account, change]) => ({ account, change }));
}

function accountOf(topic: string): string {
  return getAddress(dataSlice(topic, 12));
}
