import type { ActionContext } from "@corex/sdk/actions/execute";
import type { Sender } from "@corex/sdk/actions/sender";
import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { loadCircuit, repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import { Interface, toQuantity, type Provider, type Signer, type TransactionReceipt } from "ethers";
import { network } from "hardhat";
import { join } from "node:path";

import { ROLES, type RoleName } from "../../deploy/authority.ts";
import Corex from "../../deploy/modules/Corex.ts";

export const DAY = 86_400;

/** Above what any measured call needs, below the cap of one transaction. */
const GAS_LIMIT = 16_000_000;

const ACCESS_MANAGER = new Interface(["function grantRole(uint64 role, address account, uint32 delay)"]);

/** A freshly deployed suite on a chain in memory, without circuits, nodes or money in circulation. */
export interface World {
  readonly contracts: CorexContracts;
  readonly deployment: Deployment;
  readonly provider: Provider;
  readonly circuit: Circuit;
  /** Id of the circuit on chain. */
  readonly circuitId: string;
  /** Holds every role of the suite that a person can hold. */
  readonly admin: Signer;
  readonly owner: Signer;
  readonly operator: Signer;
  readonly payout: Signer;
  /** Sign measurements. */
  readonly attestors: readonly [Signer, Signer];
  /** A context whose transactions come from `account`, whether or not its key is known. */
  as(account: Signer | string): Promise<ActionContext>;
  /** Sends a call without simulating it first. */
  send(from: string, to: string, data: string): Promise<TransactionReceipt>;
  rpc<Answer>(method: string, parameters: unknown[]): Promise<Answer>;
  mine(blocks?: number): Promise<void>;
  /** Mines until a call of now can read the entropy of `ticket`. Calls are simulated on the last block, hence one more. */
  mineBeyond(ticket: number): Promise<void>;
  /** Mines to the first block of the next period: draws use the weights of now from there on. */
  nextPeriod(): Promise<void>;
  /** Gives an account a role, also one that only contracts hold otherwise. */
  grant(role: RoleName, account: Signer): Promise<void>;
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
  const signers = await connection.ethers.getSigners();
  const at = (index: number): Signer => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`the chain has no account ${index}`);
    return signer;
  };
  const [admin, owner, operator, payout] = [at(0), at(1), at(2), at(3)];
  const attestors = [at(4), at(5)] as const;
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
  const grant = async (role: RoleName, account: Signer): Promise<void> => {
    const data = ACCESS_MANAGER.encodeFunctionData("grantRole", [ROLES[role], await account.getAddress(), 0]);
    await send(await admin.getAddress(), deployment.contracts.AccessManager, data);
  };
  for (const attestor of attestors) await grant("ATTESTOR", attestor);
  await grant("BENCHMARK", admin);
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
    attestors,
    as,
    send,
    rpc,
    mine,
    grant,
    async mineBeyond(ticket) {
      const missing = ticket + 2 - (await provider.getBlockNumber());
      if (missing > 0) await mine(missing);
    },
    async nextPeriod() {
      const period = await contracts.entropySource.period();
      while ((await contracts.entropySource.period()) === period) await mine();
    },
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
