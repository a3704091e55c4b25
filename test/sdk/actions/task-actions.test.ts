import { expect } from "chai";
import { id as hash, parseEther, ZeroHash } from "ethers";

import { approveToken } from "../../../packages/sdk/src/actions/approve-token.ts";
import { assignFragment, previewAssignment } from "../../../packages/sdk/src/actions/assign-fragment.ts";
import { cancelTask } from "../../../packages/sdk/src/actions/cancel-task.ts";
import { publishNetworkTask } from "../../../packages/sdk/src/actions/publish-network-task.ts";
import { publishTask } from "../../../packages/sdk/src/actions/publish-task.ts";
import { readCursor } from "../../../packages/sdk/src/actions/read-cursor.ts";
import { readHead } from "../../../packages/sdk/src/actions/read-head.ts";
import { readPublishedTasks } from "../../../packages/sdk/src/actions/read-published-tasks.ts";
import { readSettledSteps } from "../../../packages/sdk/src/actions/read-settled-steps.ts";
import { readTask } from "../../../packages/sdk/src/actions/read-task.ts";
import { reassignFragment } from "../../../packages/sdk/src/actions/reassign-fragment.ts";
import { registerModel } from "../../../packages/sdk/src/actions/register-model.ts";
import { submitFragment } from "../../../packages/sdk/src/actions/submit-fragment.ts";
import { withdraw } from "../../../packages/sdk/src/actions/withdraw.ts";
import { readLineage } from "../../../packages/sdk/src/models/read-lineage.ts";
import { readModel } from "../../../packages/sdk/src/models/read-model.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

describe("actions on tasks", function () {
  let world: ActionWorld;

  beforeEach(async function () {
    world = await ActionWorld.create();
  });

  afterEach(async function () {
    await world.close();
  });

  it("publish, find, draw, miss, take back, draw again and cancel", async function () {
    const node = await world.activeNode();
    await world.connection.networkHelpers.mine(2);
    const networkTask = world.terms({ chains: 2n });
    const { result: task, receipt } = await publishNetworkTask(world.admin, networkTask);
    const range = { fromBlock: 0, toBlock: receipt.blockNumber, blockRange: 3 };
    const found = await readPublishedTasks(world.suite.contracts, world.admin.sender.provider, range);
    expect(found).to.deep.equal([{ task, terms: networkTask, network: true, blockNumber: receipt.blockNumber }]);
    expect(await readTask(world.suite.contracts, task)).to.include({
      status: "active",
      network: true,
      assigned: 0,
      settled: 0,
      held: 0n,
    });

    await expectCorexError(
      () => previewAssignment(world.stranger, networkTask, 0),
      "CHAIN_FRAGMENTS_ENTROPYPENDING",
      /ticket: \d+/,
      "later",
    );
    await world.connection.networkHelpers.mine(2);
    expect(await previewAssignment(world.stranger, networkTask, 0)).to.equal(node);
    expect((await assignFragment(world.stranger, networkTask, 0)).result).to.equal(node);
    const cursor = await readCursor(world.suite.contracts, task, 0);
    expect(cursor).to.include({ step: 0, node, missed: 0n, attempt: 0 });
    await expectCorexError(
      () => assignFragment(world.stranger, networkTask, 0),
      "CHAIN_FRAGMENTS_ASSIGNED",
      /node: 1, deadline: \d+/,
      "later",
    );
    await expectCorexError(
      () => reassignFragment(world.stranger, networkTask, 0),
      "CHAIN_FRAGMENTS_DEADLINENOTPASSED",
      /deadline: /,
      "later",
    );
    await expectCorexError(
      () => assignFragment(world.stranger, networkTask, 2),
      "CHAIN_TASKMARKET_UNKNOWNCHAIN",
      /chain: 2, chains: 2/,
    );

    await world.connection.networkHelpers.time.increaseTo(cursor.deadline + 1);
    await reassignFragment(world.stranger, networkTask, 0);
    expect(await readCursor(world.suite.contracts, task, 0)).to.include({ node: 0n, missed: node, attempt: 1 });
    expect(await readHead(world.suite.contracts, task, 0)).to.equal(0n);
    const toBlock = await world.admin.sender.provider.getBlockNumber();
    expect(
      await readSettledSteps(world.suite.contracts, world.admin.sender.provider, {
        task,
        chain: 0,
        fromBlock: 0,
        toBlock,
      }),
    ).to.deep.equal([]);
    expect((await cancelTask(world.admin, networkTask)).result).to.deep.equal({ refunded: 0n, reserved: 0n });
    expect((await readTask(world.suite.contracts, task)).status).to.equal("cancelled");
    expect((await readTask(world.suite.contracts, ZeroHash)).status).to.equal("none");
  });

  it("publish for a fee, cancel and withdraw the refund", async function () {
    const paid = world.terms({ feePerFragment: parseEther("1") });
    const escrow = world.suite.deployment.contracts.TaskEscrow;
    await expectCorexError(
      () => publishTask(world.admin, paid),
      "CHAIN_ERC20_INSUFFICIENTALLOWANCE",
      /needed: 2000000000000000000/,
      "after-change",
    );
    await approveToken(world.admin, escrow, parseEther("2"));
    await expectCorexError(
      () => publishTask(world.admin, paid),
      "CHAIN_ERC20_INSUFFICIENTBALANCE",
      /balance: 0/,
      "after-change",
    );
    await world.giveCxt(world.admin.sender.address, parseEther("2"));
    const { result: task } = await publishTask(world.admin, paid);
    expect((await readTask(world.suite.contracts, task)).held).to.equal(parseEther("2"));
    expect((await cancelTask(world.admin, paid)).result.refunded).to.equal(parseEther("2"));
    expect((await withdraw(world.stranger, world.admin.sender.address)).result).to.equal(parseEther("2"));
    await expectCorexError(
      () => withdraw(world.stranger, world.admin.sender.address),
      "CHAIN_TASKESCROW_NOTHINGOWED",
      /account: 0x/,
      "later",
    );
  });

  it("refuse submissions of the unassigned, models of unfinished tasks, and wrong terms", async function () {
    await world.activeNode();
    const networkTask = world.terms();
    const { result: task } = await publishNetworkTask(world.admin, networkTask);
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
      () => submitFragment(world.operator, networkTask, submission, "s"),
      "CHAIN_FRAGMENTS_NOTASSIGNED",
      /step: 0/,
    );
    const model = { terms: networkTask, artifact: hash("a"), metadataUri: "" };
    await expectCorexError(
      () => registerModel(world.admin, model),
      "CHAIN_MODELREGISTRY_TASKNOTCOMPLETED",
      new RegExp(task),
      "later",
    );
    await expectCorexError(
      () => readModel(world.suite.contracts, hash("m")),
      "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
      /model: 0x/,
    );
    await expectCorexError(
      () => readLineage(world.suite.contracts, hash("m")),
      "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
      /model: 0x/,
    );
    await expectCorexError(
      () => publishNetworkTask(world.admin, networkTask),
      "CHAIN_TASKMARKET_TASKEXISTS",
      new RegExp(task),
    );
    await expectCorexError(
      () => publishNetworkTask(world.admin, world.terms({ chains: 0n })),
      "CHAIN_MARKET_TERMOUTOFBOUNDS",
      /value: 0/,
    );
    await expectCorexError(
      () => publishNetworkTask(world.stranger, networkTask),
      "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
      /caller/,
    );
    await expectCorexError(
      () => publishTask(world.stranger, world.terms({ feePerFragment: parseEther("1") })),
      "CHAIN_MARKET_NOTOWNER",
      /caller/,
    );
  });
});
