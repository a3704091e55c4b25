import { expect } from "chai";
import { id as hash, parseEther, Wallet, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";

import { approveToken } from "../../../packages/sdk/src/actions/approve-token.ts";
import { assignFragment, previewAssignment } from "../../../packages/sdk/src/actions/assign-fragment.ts";
import { cancelTask } from "../../../packages/sdk/src/actions/cancel-task.ts";
import { createSender } from "../../../packages/sdk/src/actions/create-sender.ts";
import { deactivateNode } from "../../../packages/sdk/src/actions/deactivate-node.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { exitNode } from "../../../packages/sdk/src/actions/exit-node.ts";
import { flushFees } from "../../../packages/sdk/src/actions/flush-fees.ts";
import { heartbeat } from "../../../packages/sdk/src/actions/heartbeat.ts";
import { publishNetworkTask } from "../../../packages/sdk/src/actions/publish-network-task.ts";
import { publishTask } from "../../../packages/sdk/src/actions/publish-task.ts";
import { readCursor } from "../../../packages/sdk/src/actions/read-cursor.ts";
import { readEarnings } from "../../../packages/sdk/src/actions/read-earnings.ts";
import { readHead } from "../../../packages/sdk/src/actions/read-head.ts";
import { readNode } from "../../../packages/sdk/src/actions/read-node.ts";
import { readPublishedTasks } from "../../../packages/sdk/src/actions/read-published-tasks.ts";
import { readSettledSteps } from "../../../packages/sdk/src/actions/read-settled-steps.ts";
import { readTask } from "../../../packages/sdk/src/actions/read-task.ts";
import { reassignFragment } from "../../../packages/sdk/src/actions/reassign-fragment.ts";
import { registerCircuit } from "../../../packages/sdk/src/actions/register-circuit.ts";
import { registerModel } from "../../../packages/sdk/src/actions/register-model.ts";
import { registerNode } from "../../../packages/sdk/src/actions/register-node.ts";
import { reinstateNode } from "../../../packages/sdk/src/actions/reinstate-node.ts";
import { removeNode } from "../../../packages/sdk/src/actions/remove-node.ts";
import { replenishPool } from "../../../packages/sdk/src/actions/replenish-pool.ts";
import { retireCircuit } from "../../../packages/sdk/src/actions/retire-circuit.ts";
import { setBurnShare } from "../../../packages/sdk/src/actions/set-burn-share.ts";
import { setMetadata } from "../../../packages/sdk/src/actions/set-metadata.ts";
import { setPayout } from "../../../packages/sdk/src/actions/set-payout.ts";
import { setProtocolFee } from "../../../packages/sdk/src/actions/set-protocol-fee.ts";
import { setRewardTerms } from "../../../packages/sdk/src/actions/set-reward-terms.ts";
import { settleRewards } from "../../../packages/sdk/src/actions/settle-rewards.ts";
import { signBenchmark } from "../../../packages/sdk/src/actions/sign-benchmark.ts";
import { submitBenchmark } from "../../../packages/sdk/src/actions/submit-benchmark.ts";
import { submitFragment } from "../../../packages/sdk/src/actions/submit-fragment.ts";
import { suspendNode } from "../../../packages/sdk/src/actions/suspend-node.ts";
import { withdraw } from "../../../packages/sdk/src/actions/withdraw.ts";
import { readManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import { readLineage } from "../../../packages/sdk/src/models/read-lineage.ts";
import { readModel } from "../../../packages/sdk/src/models/read-model.ts";
import { LINEAR_STEP_CIRCUIT } from "../../../packages/sdk/src/proof/linear-step.ts";
import type { TaskTerms } from "../../../packages/sdk/src/task/terms.ts";
import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import { deploySuite, REWARD_TERMS, type DeployedSuite } from "../../support/deploy-suite.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const HOUR = 3_600;

describe("actions", function () {
  let connection: Awaited<ReturnType<typeof network.create>>;
  let suite: DeployedSuite;
  let admin: ActionContext;
  let operator: ActionContext;
  let stranger: ActionContext;
  let nonce = 0n;

  beforeEach(async function () {
    connection = await network.create();
    const { ethers } = connection;
    const [first, second, third] = await ethers.getSigners();
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few accounts");
    suite = await deploySuite({ admin: first });
    const { contracts } = suite;
    admin = { contracts, sender: await createSender(first) };
    operator = { contracts, sender: await createSender(second) };
    stranger = { contracts, sender: await createSender(third) };
  });

  afterEach(async function () {
    await connection.close();
  });

  async function activeNode(): Promise<bigint> {
    const { address } = operator.sender;
    const { result: node } = await registerNode(operator, {
      payout: address,
      deviceClass: "FPGA",
      metadataUri: "ipfs://x",
    });
    await benchmark(node, 0n);
    return node;
  }

  async function benchmark(node: bigint, benchmarkNonce: bigint): Promise<void> {
    const measuredAt = BigInt(await connection.networkHelpers.time.latest());
    const score = { node, dailyWorkUnits: 1_000n, measuredAt, expiresAt: measuredAt + 86_400n, nonce: benchmarkNonce };
    const [attestor] = await connection.ethers.getSigners();
    if (attestor === undefined) throw new Error("no account");
    const domain = { chainId: 31_337, nodeRegistry: suite.deployment.contracts.NodeRegistry };
    const signature = await signBenchmark(attestor, domain, score);
    await submitBenchmark(stranger, { benchmark: score, attestor: attestor.address, signature });
  }

  function terms(change: Partial<TaskTerms> = {}): TaskTerms {
    nonce += 1n;
    const fixed = {
      owner: admin.sender.address,
      circuit: suite.circuit,
      shardRoot: hash("s"),
      initialWeights: hash("w"),
      manifest: hash("m"),
    };
    const counts = { feePerFragment: 0n, fragmentDuration: 60n, steps: 2n, shardsPerChain: 1n, chains: 1n, nonce };
    return { ...fixed, ...counts, ...change };
  }

  /** Gives CXT out of the pool: nobody has any before the first work is paid. */
  async function giveCxt(account: string, amount: bigint): Promise<void> {
    const pool = suite.deployment.contracts.MiningPool;
    await connection.networkHelpers.setBalance(pool, parseEther("1"));
    await connection.networkHelpers.impersonateAccount(pool);
    const signer = await connection.ethers.getSigner(pool);
    const { data } = await suite.contracts.token.transfer.populateTransaction(account, amount);
    await signer.sendTransaction({ to: suite.deployment.contracts.CorexToken, data });
  }

  describe("on nodes", function () {
    it("register, measure, pay elsewhere, rename, suspend, reinstate and revive", async function () {
      const node = await activeNode();
      expect(await readNode(suite.contracts, operator.sender.address)).to.include({
        node,
        status: "active",
        deviceClass: "FPGA",
        dailyWorkUnits: 1_000n,
        benchmarkNonce: 1n,
        eligible: true,
      });
      await setPayout(operator, stranger.sender.address);
      await setMetadata(operator, "ipfs://y");
      await suspendNode(admin, node);
      expect(await readNode(suite.contracts, operator.sender.address)).to.include({
        status: "suspended",
        eligible: false,
        payout: stranger.sender.address,
      });
      await reinstateNode(admin, node);
      await heartbeat(operator);
      expect((await readNode(suite.contracts, operator.sender.address))?.status).to.equal("active");
      expect(await readNode(suite.contracts, stranger.sender.address)).to.equal(undefined);
    });

    it("deactivate the silent, let nodes exit, and remove them", async function () {
      const node = await activeNode();
      await expectCorexError(
        () => deactivateNode(stranger, node),
        "CHAIN_NODEREGISTRY_STILLELIGIBLE",
        `NodeRegistryStillEligible(node: ${node})`,
        "later",
      );
      await connection.networkHelpers.time.increase(2 * HOUR);
      await deactivateNode(stranger, node);
      expect((await readNode(suite.contracts, operator.sender.address))?.status).to.equal("registered");
      await exitNode(operator);
      expect((await readNode(suite.contracts, operator.sender.address))?.status).to.equal("exited");
      await expectCorexError(
        () => exitNode(operator),
        "CHAIN_NODEREGISTRY_INVALIDTRANSITION",
        /from: 4, to: 4/,
        "never",
      );
      const { result } = await registerNode(stranger, {
        payout: stranger.sender.address,
        deviceClass: "CPU",
        metadataUri: "",
      });
      await removeNode(admin, result);
      expect((await readNode(suite.contracts, stranger.sender.address))?.status).to.equal("removed");
    });

    it("refuse with named arguments, and leave no transaction behind", async function () {
      await activeNode();
      const { address } = operator.sender;
      const before = await operator.sender.provider.getTransactionCount(address);
      const again = () => registerNode(operator, { payout: address, deviceClass: "CPU", metadataUri: "" });
      const error = await expectCorexError(
        again,
        "CHAIN_NODEREGISTRY_OPERATORTAKEN",
        `NodeRegistryOperatorTaken(operator: ${address}, node: 1)`,
        "never",
      );
      expect(error.details).to.include({ error: "NodeRegistryOperatorTaken", operator: address, node: 1n });
      await expectCorexError(
        () => setPayout(operator, ZeroAddress),
        "CHAIN_NODEREGISTRY_INVALIDPAYOUT",
        /payout: 0x0{40}/,
        "after-change",
      );
      await expectCorexError(
        () => suspendNode(stranger, 1n),
        "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
        /caller: 0x/,
        "after-change",
      );
      await expectCorexError(() => heartbeat(stranger), "CHAIN_NODEREGISTRY_UNKNOWNOPERATOR", /operator: 0x/);
      expect(await operator.sender.provider.getTransactionCount(address)).to.equal(before);
    });
  });

  describe("on tasks", function () {
    it("publish, find, draw, miss, take back, draw again and cancel", async function () {
      const node = await activeNode();
      await connection.networkHelpers.mine(2);
      const network_ = terms({ chains: 2n });
      const { result: task, receipt } = await publishNetworkTask(admin, network_);
      const range = { fromBlock: 0, toBlock: receipt.blockNumber, blockRange: 3 };
      const found = await readPublishedTasks(suite.contracts, admin.sender.provider, range);
      expect(found).to.deep.equal([{ task, terms: network_, network: true, blockNumber: receipt.blockNumber }]);
      expect(await readTask(suite.contracts, task)).to.include({
        status: "active",
        network: true,
        assigned: 0,
        settled: 0,
        held: 0n,
      });

      await expectCorexError(
        () => previewAssignment(stranger, network_, 0),
        "CHAIN_FRAGMENTS_ENTROPYPENDING",
        /entropyBlock: \d+, blockNumber: \d+/,
        "later",
      );
      await connection.networkHelpers.mine(2);
      expect(await previewAssignment(stranger, network_, 0)).to.equal(node);
      expect((await assignFragment(stranger, network_, 0)).result).to.equal(node);
      const cursor = await readCursor(suite.contracts, task, 0);
      expect(cursor).to.include({ step: 0, node, missed: 0n, attempt: 0 });
      await expectCorexError(
        () => assignFragment(stranger, network_, 0),
        "CHAIN_FRAGMENTS_ASSIGNED",
        /node: 1, deadline: \d+/,
        "later",
      );
      await expectCorexError(
        () => reassignFragment(stranger, network_, 0),
        "CHAIN_FRAGMENTS_DEADLINENOTPASSED",
        /deadline: /,
        "later",
      );
      await expectCorexError(
        () => assignFragment(stranger, network_, 2),
        "CHAIN_TASKMARKET_UNKNOWNCHAIN",
        /chain: 2, chains: 2/,
      );

      await connection.networkHelpers.time.increaseTo(cursor.deadline + 1);
      await reassignFragment(stranger, network_, 0);
      expect(await readCursor(suite.contracts, task, 0)).to.include({ node: 0n, missed: node, attempt: 1 });
      expect(await readHead(suite.contracts, task, 0)).to.equal(0n);
      const toBlock = await admin.sender.provider.getBlockNumber();
      expect(
        await readSettledSteps(suite.contracts, admin.sender.provider, { task, chain: 0, fromBlock: 0, toBlock }),
      ).to.deep.equal([]);
      expect((await cancelTask(admin, network_)).result).to.deep.equal({ refunded: 0n, reserved: 0n });
      expect((await readTask(suite.contracts, task)).status).to.equal("cancelled");
      expect((await readTask(suite.contracts, ZeroHash)).status).to.equal("none");
    });

    it("publish for a fee, cancel and withdraw the refund", async function () {
      const paid = terms({ feePerFragment: parseEther("1") });
      const escrow = suite.deployment.contracts.TaskEscrow;
      await expectCorexError(
        () => publishTask(admin, paid),
        "CHAIN_ERC20_INSUFFICIENTALLOWANCE",
        /needed: 2000000000000000000/,
        "after-change",
      );
      await approveToken(admin, escrow, parseEther("2"));
      await expectCorexError(
        () => publishTask(admin, paid),
        "CHAIN_ERC20_INSUFFICIENTBALANCE",
        /balance: 0/,
        "after-change",
      );
      await giveCxt(admin.sender.address, parseEther("2"));
      const { result: task } = await publishTask(admin, paid);
      expect((await readTask(suite.contracts, task)).held).to.equal(parseEther("2"));
      expect((await cancelTask(admin, paid)).result.refunded).to.equal(parseEther("2"));
      expect((await withdraw(stranger, admin.sender.address)).result).to.equal(parseEther("2"));
      await expectCorexError(
        () => withdraw(stranger, admin.sender.address),
        "CHAIN_TASKESCROW_NOTHINGOWED",
        /account: 0x/,
        "later",
      );
    });

    it("refuse submissions of the unassigned, models of unfinished tasks, and wrong terms", async function () {
      await activeNode();
      const network_ = terms();
      const { result: task } = await publishNetworkTask(admin, network_);
      const submission = {
        ...{ chain: 0, step: 0, weights: 1n, newWeights: 1n, gradient: 1n, batch: 1n, loss: 1n, artifact: hash("a") },
        ...{
          proof: {
            a: [1n, 2n],
            b: [
              [1n, 2n],
              [3n, 4n],
            ],
            c: [1n, 2n],
          },
          shardProof: [],
          initialHeads: [],
        },
      } as unknown as Parameters<typeof submitFragment>[2];
      await expectCorexError(
        () => submitFragment(operator, network_, submission, "s"),
        "CHAIN_FRAGMENTS_NOTASSIGNED",
        /step: 0/,
      );
      const model = { terms: network_, artifact: hash("a"), metadataUri: "" };
      await expectCorexError(
        () => registerModel(admin, model),
        "CHAIN_MODELREGISTRY_TASKNOTCOMPLETED",
        new RegExp(task),
        "later",
      );
      await expectCorexError(
        () => readModel(suite.contracts, hash("m")),
        "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
        /model: 0x/,
      );
      await expectCorexError(
        () => readLineage(suite.contracts, hash("m")),
        "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
        /model: 0x/,
      );
      await expectCorexError(
        () => publishNetworkTask(admin, network_),
        "CHAIN_TASKMARKET_TASKEXISTS",
        new RegExp(task),
      );
      await expectCorexError(
        () => publishNetworkTask(admin, terms({ chains: 0n })),
        "CHAIN_TASKMARKET_TERMOUTOFBOUNDS",
        /value: 0/,
      );
      await expectCorexError(
        () => publishNetworkTask(stranger, network_),
        "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
        /caller/,
      );
      await expectCorexError(
        () => publishTask(stranger, terms({ feePerFragment: parseEther("1") })),
        "CHAIN_TASKMARKET_NOTOWNER",
        /caller/,
      );
    });
  });

  describe("on money and parameters", function () {
    it("settle, replenish, flush and set what is adjustable", async function () {
      const node = await activeNode();
      await settleRewards(stranger, [node]);
      await giveCxt(stranger.sender.address, parseEther("3"));
      const { MiningPool, CorexToken, FeeRouter } = suite.deployment.contracts;
      await approveToken(stranger, MiningPool, parseEther("1"));
      await replenishPool(stranger, parseEther("1"));
      await expectCorexError(
        () => replenishPool(stranger, 0n),
        "CHAIN_MININGPOOL_ZEROAMOUNT",
        "MiningPoolZeroAmount()",
        "after-change",
      );

      await setBurnShare(admin, 2_500n);
      const { data } = await suite.contracts.token.transfer.populateTransaction(FeeRouter, parseEther("2"));
      await stranger.sender.send({ intent: "transfer", to: CorexToken, data });
      expect((await flushFees(stranger)).result).to.deep.equal({
        burned: parseEther("0.5"),
        replenished: parseEther("1.5"),
      });

      await setProtocolFee(admin, 100n);
      expect(await suite.contracts.taskMarket.protocolFeeBps()).to.equal(100n);
      await expectCorexError(() => setProtocolFee(admin, 1_001n), "CHAIN_TASKMARKET_TERMOUTOFBOUNDS", /value: 1001/);
      await expectCorexError(() => setBurnShare(admin, 10_001n), "CHAIN_FEEROUTER_BURNSHARETOOLARGE", /10001/);
      await setRewardTerms(admin, { ...REWARD_TERMS, matchBps: 5_000 });
      expect((await suite.contracts.rewardDistributor.terms()).matchBps).to.equal(5_000n);

      const query = { node, payout: operator.sender.address, fromBlock: 0, toBlock: 1_000 };
      const nothing = { fragments: 0, fees: 0n, rewards: 0n, owed: 0n, claimable: 0n, pendingPoints: 0n };
      expect(await readEarnings(suite.contracts, admin.sender.provider, query)).to.deep.equal(nothing);
    });

    it("register a circuit and retire it", async function () {
      const entry = readManifest().circuits[LINEAR_STEP_CIRCUIT];
      if (entry === undefined) throw new Error("no circuit");
      const { name, terms: circuitTerms, verifyingKey: key } = circuitRegistration({ ...entry, version: 9 });
      const { result: circuit } = await registerCircuit(admin, { name, terms: circuitTerms, key });
      expect((await suite.contracts.circuitRegistry.get(circuit)).retired).to.equal(false);
      await retireCircuit(admin, circuit);
      const change = terms({ circuit });
      await expectCorexError(
        () => publishNetworkTask(admin, change),
        "CHAIN_CIRCUITREGISTRY_CIRCUITRETIRED",
        new RegExp(circuit),
      );
      const again = () => registerCircuit(admin, { name, terms: circuitTerms, key });
      await expectCorexError(again, "CHAIN_CIRCUITREGISTRY_CIRCUITEXISTS", new RegExp(circuit), "never");
    });

    it("need a signer that can reach a chain", async function () {
      await expectCorexError(() => createSender(Wallet.createRandom()), "CONFIG_INVALID", /no provider/);
    });
  });
});
