// A deployed suite as the audit sees it: addresses, artifacts, code, logs and read-only calls.
import { readFile } from "node:fs/promises";
import path from "node:path";

import { Interface, type Log, type Provider, getAddress, getBytes, id, zeroPadValue } from "ethers";

import type { Artifact } from "./bytecode.ts";
import { allLogs } from "./logs.ts";

/** What a deployment file says. */
export interface Deployment {
  readonly chainId: number | string;
  readonly rpcUrl?: string;
  /** First block to read logs from; the beginning of the chain by default. */
  readonly fromBlock?: number;
  readonly contracts: Readonly<Record<string, string>>;
}

const ARTIFACTS = {
  CorexToken: "contracts/token/CorexToken.sol/CorexToken.json",
  MiningPool: "contracts/mining/MiningPool.sol/MiningPool.json",
  RewardDistributor: "contracts/mining/RewardDistributor.sol/RewardDistributor.json",
} as const;

export type Audited = keyof typeof ARTIFACTS;

export const SUPPLY = 100_000_000n * 10n ** 18n;
export const ZERO_WORD = `0x${"0".repeat(64)}`;
export const TRANSFER_TOPIC = id("Transfer(address,address,uint256)");

/** Someone without any role or allowance. */
export const STRANGER = "0x000000000000000000000000000000000000dEaD";

export class DeployedSuite {
  readonly provider: Provider;
  readonly #deployment: Deployment;
  readonly #artifactsDir: string;

  constructor(provider: Provider, deployment: Deployment, artifactsDir: string) {
    this.provider = provider;
    this.#deployment = deployment;
    this.#artifactsDir = artifactsDir;
  }

  address(contract: string): string {
    const address = this.#deployment.contracts[contract];
    if (address === undefined) throw new Error(`the deployment names no ${contract}`);
    return getAddress(address);
  }

  names(contract: string): boolean {
    return contract in this.#deployment.contracts;
  }

  /** The address as a 32-byte word: a topic, or an immutable. */
  word(contract: string): string {
    return zeroPadValue(this.address(contract), 32).toLowerCase();
  }

  async code(contract: string): Promise<Uint8Array> {
    const code = getBytes(await this.provider.getCode(this.address(contract)));
    if (code.length === 0) throw new Error(`no code at ${this.address(contract)}: ${contract} is not a contract`);
    return code;
  }

  async artifact(contract: Audited): Promise<Artifact> {
    return JSON.parse(await readFile(path.join(this.#artifactsDir, ARTIFACTS[contract]), "utf8")) as Artifact;
  }

  async interface(contract: Audited): Promise<Interface> {
    return new Interface((await this.artifact(contract)).abi);
  }

  async read<T>(contract: Audited, name: string, values: readonly unknown[] = []): Promise<T> {
    const abi = await this.interface(contract);
    const data = abi.encodeFunctionData(name, values);
    const [value] = abi.decodeFunctionResult(name, await this.provider.call({ to: this.address(contract), data }));
    return value as T;
  }

  logs(contract: string, topics: (string | string[] | null)[]): Promise<Log[]> {
    return allLogs(this.provider, this.address(contract), topics, this.#deployment.fromBlock ?? 0);
  }

  /** Sum of the amounts of an event of the pool, and the number of epochs in which it happened. */
  async sumOf(event: "Released" | "Replenished"): Promise<{ total: bigint; epochs: bigint }> {
    const abi = await this.interface("MiningPool");
    const fragment = abi.getEvent(event);
    if (fragment === null) throw new Error(`the pool has no event ${event}`);
    const epochs = new Set<string>();
    let total = 0n;
    for (const log of await this.logs("MiningPool", [fragment.topicHash])) {
      const values = abi.decodeEventLog(fragment, log.data, log.topics);
      epochs.add(String(values.getValue(event === "Released" ? "epoch" : "fromEpoch")));
      total += BigInt(String(values.getValue("amount")));
    }
    return { total, epochs: BigInt(epochs.size) };
  }

  /** The log of the one mint of the supply. */
  async mint(): Promise<Log> {
    const [mint, ...more] = await this.logs("CorexToken", [TRANSFER_TOPIC, ZERO_WORD]);
    if (mint === undefined) throw new Error("the token was never minted");
    if (more.length > 0) throw new Error(`CXT was minted again in transaction ${more[0]?.transactionHash}`);
    return mint;
  }

  /** Who is tried as a caller: the deployer, the AccessManager, everyone who was ever given a role, a stranger. */
  async callers(): Promise<Map<string, string>> {
    const callers = new Map([
      ["stranger", STRANGER],
      ["AccessManager", this.address("AccessManager")],
    ]);
    const creation = await this.provider.getTransaction((await this.mint()).transactionHash);
    if (creation === null) throw new Error("the transaction that created the token is not to be found");
    callers.set("deployer", creation.from);
    for (const { topics } of await this.logs("AccessManager", [id("RoleGranted(uint64,address,uint32,uint48,bool)")])) {
      const account = `0x${topics[2]?.slice(26) ?? ""}`;
      callers.set(`role ${BigInt(topics[1] ?? 0)} (${account})`, account);
    }
    return callers;
  }
}
