import type { ActionContext } from "@corex/sdk/actions/execute";
import type { Sender } from "@corex/sdk/actions/sender";
import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { loadCircuit, repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import { toQuantity, type Provider, type Signer, type TransactionReceipt } from "ethers";
import { network } from "hardhat";
import { join } from "node:path";

import Corex from "../../deploy/modules/Corex.ts";

export const DAY = 86_400;

/** Above what any measured call needs, below the cap of one transaction. */
const GAS_LIMIT = 16_000_000;

/** A freshly deployed suite on a chain in memory, without circuits, nodes or money in circulation. */
export interface World {
  readonly contracts: CorexContracts;
  readonly deployment: Deployment;
  readonly provider: Provider;
  readonly circuit: Circuit;
  /** Id of the circuit on chain. */
  readonly circuitId: string;
  /** Holds every role of the suite and attests benchmarks. */
  readonly admin: Signer;
  readonly owner: Signer;
  readonly operator: Signer;
  readonly payout: Signer;
  /** A context whose transactions come from `account`, whether or not its key is known. */
  as(account: Signer | string): Promise<ActionContext>;
  /** Sends a call without simulating it first. */
  send(from: string, to: string, data: string): Promise<TransactionReceipt>;
  rpc<Answer>(method: string, parameters: unknown[]): Promise<Answer>;
  mine(blocks?: number): Promise<void>;
  passSeconds(seconds: number): Promise<void>;
  /** Runs `action` and then sets the chain back to where it was. */
  aside(action: () => Promise<void>): Promise<void>;
  now(): Promise<bigint>;
  close(): Promise<void>;
}

/** Starts a chain in memory and deploys what a real deployment deploys. Gas costs nothing there; it is counted all the same. */
export async function createWorld(): Promise<World> {
  const connection = await network.create({ network: "default", override: { initialBaseFeePerGas: 0 } });
  const { provider } = connection.ethers;
  const [admin, owner, operator, payout] = await connection.ethers.getSigners();
  if (admin === undefined || owner === undefined || operator === undefined || payout === undefined) {
    throw new Error("the chain has too few accounts");
  }
  const suite = await connection.ignition.deploy(Corex, {
    parameters: join(repositoryRoot(), "deploy/parameters/local.json"),
  });
  const addresses = await Promise.all(
    Object.entries(suite).map(async ([key, contract]) => [capitalised(key), await contract.getAddress()] as const),
  );
  const deployment: Deployment = {
    chainId: Number((await provider.getNetwork()).chainId),
    contracts: Object.fromEntries(addresses) as Deployment["contracts"],
  };
  const contracts = connect(deployment, admin);
  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);

  const rpc = async <Answer>(method: string, parameters: unknown[]): Promise<Answer> =>
    (await provider.send(method, parameters)) as Answer;
  const send = async (from: string, to: string, data: string): Promise<TransactionReceipt> => {
    const transaction = { from, to, data, gas: toQuantity(GAS_LIMIT), gasPrice: toQuantity(0) };
    const hash = await rpc<string>("eth_sendTransaction", [transaction]);
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status !== 1) throw new Error(`transaction ${hash} to ${to} failed`);
    return receipt;
  };
  const as = async (account: Signer | string): Promise<ActionContext> => {
    const address = typeof account === "string" ? account : await account.getAddress();
    if (typeof account === "string") await rpc("hardhat_impersonateAccount", [address]);
    const sender: Sender = { address, provider, send: async ({ to, data }) => send(address, to, data) };
    return { contracts, sender };
  };
  const mine = async (blocks = 1): Promise<void> => {
    await rpc("hardhat_mine", [toQuantity(blocks)]);
  };
  return {
    contracts,
    deployment,
    provider,
    circuit,
    circuitId: circuitId(circuit.entry),
    admin,
    owner,
    operator,
    payout,
    as,
    send,
    rpc,
    mine,
    async passSeconds(seconds) {
      await rpc("evm_increaseTime", [seconds]);
      await mine();
    },
    async aside(action) {
      const snapshot = await rpc<string>("evm_snapshot", []);
      await action();
      await rpc("evm_revert", [snapshot]);
    },
    async now() {
      const block = await provider.getBlock("latest");
      return BigInt(block?.timestamp ?? 0);
    },
    close: async () => connection.close(),
  };
}

function capitalised(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
