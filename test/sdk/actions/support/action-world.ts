import { id as hash, Interface, parseEther } from "ethers";
import { network } from "hardhat";

import { createSender } from "../../../../packages/sdk/src/actions/create-sender.ts";
import type { ActionContext } from "../../../../packages/sdk/src/actions/execute.ts";
import { registerNode } from "../../../../packages/sdk/src/actions/register-node.ts";
import type { TaskTerms } from "../../../../packages/sdk/src/task/terms.ts";
import { ROLES, type RoleName } from "../../../../deploy/authority.ts";
import { deploySuite, type DeployedSuite } from "../../../support/deploy-suite.ts";
import { recordCapacity } from "../../../support/record-capacity.ts";

type Connection = Awaited<ReturnType<typeof network.create>>;

/** A fresh chain with the suite and three accounts: one with every role, one that operates a node, one without anything. */
export class ActionWorld {
  readonly connection: Connection;
  readonly suite: DeployedSuite;
  readonly admin: ActionContext;
  readonly operator: ActionContext;
  readonly stranger: ActionContext;
  #nonce = 0n;

  private constructor(connection: Connection, suite: DeployedSuite, [admin, operator, stranger]: ActionContext[]) {
    if (admin === undefined || operator === undefined || stranger === undefined) throw new Error("too few accounts");
    this.connection = connection;
    this.suite = suite;
    this.admin = admin;
    this.operator = operator;
    this.stranger = stranger;
  }

  /** On a fresh chain that makes a block for each transaction, unless another is given; `close` ends either. */
  static async create(given?: Connection): Promise<ActionWorld> {
    const connection = given ?? (await network.create());
    const signers = (await connection.ethers.getSigners()).slice(0, 3);
    const [admin] = signers;
    if (admin === undefined) throw new Error("no account");
    const suite = await deploySuite({ admin });
    const { contracts } = suite;
    const contexts = await Promise.all(
      signers.map(async (signer) => ({ contracts, sender: await createSender(signer) })),
    );
    return new ActionWorld(connection, suite, contexts);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Registers the operator's node and gives it a capacity, which draws count at once. */
  async activeNode(dailyWorkUnits = 10_000_000n): Promise<bigint> {
    const { operator, admin } = this;
    const { address } = operator.sender;
    const { result: node } = await registerNode(operator, {
      payout: address,
      deviceClass: "FPGA",
      metadataUri: "ipfs://x",
    });
    await recordCapacity(admin, node, dailyWorkUnits);
    await this.nextPeriod();
    return node;
  }

  /** Mines to the next entropy period. */
  async nextPeriod(): Promise<void> {
    const { entropySource } = this.suite.contracts;
    const period = await entropySource.period();
    while ((await entropySource.period()) === period) await this.connection.networkHelpers.mine();
  }

  /** Sends a call as the admin, who may do everything. */
  async asAdmin(call: Promise<{ readonly to: string; readonly data: string }>): Promise<void> {
    const { to, data } = await call;
    await this.admin.sender.send({ intent: "admin", to, data });
  }

  /** Gives a role to an account, which the admin may. */
  async grant(role: RoleName, account: string): Promise<void> {
    const abi = new Interface(["function grantRole(uint64 role, address account, uint32 delay)"]);
    const data = abi.encodeFunctionData("grantRole", [ROLES[role], account, 0]);
    await this.asAdmin(Promise.resolve({ to: this.suite.deployment.contracts.AccessManager, data }));
  }

  /** Terms of a network task of one chain and two steps, different at every call. */
  terms(change: Partial<TaskTerms> = {}): TaskTerms {
    this.#nonce += 1n;
    return {
      owner: this.admin.sender.address,
      circuit: this.suite.circuit,
      shardRoot: hash("shards"),
      initialWeights: hash("weights"),
      manifest: hash("manifest"),
      feePerFragment: 0n,
      fragmentDuration: 60n,
      steps: 2n,
      shardsPerChain: 1n,
      chains: 1n,
      device: 0n,
      minTier: 0n,
      nonce: this.#nonce,
      ...change,
    };
  }

  /** Gives CXT out of the pool, which only a local chain can do: nobody has any before the first work is paid. */
  async giveCxt(account: string, amount: bigint): Promise<void> {
    const { connection, suite } = this;
    const pool = suite.deployment.contracts.MiningPool;
    await connection.networkHelpers.setBalance(pool, parseEther("1"));
    await connection.networkHelpers.impersonateAccount(pool);
    const signer = await connection.ethers.getSigner(pool);
    const { data } = await suite.contracts.token.transfer.populateTransaction(account, amount);
    await signer.sendTransaction({ to: suite.deployment.contracts.CorexToken, data });
  }
}
