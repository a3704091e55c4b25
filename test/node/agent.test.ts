import { expect } from "chai";

import { parseEther } from "ethers";

import { readTask } from "@corex/sdk/actions/read-task";

import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld } from "./support/agent-world.ts";
import { settledFragments } from "./support/settled-fragments.ts";
import { submissions } from "./support/submissions.ts";
import { waitUntil } from "./support/wait-until.ts";

describe("the agent", function () {
  this.timeout(240_000);
  let world: AgentWorld;

  before(async function () {
    world = await AgentWorld.start();
  });

  after(async function () {
    await world.stop();
  });

  it("works a task of two chains and two steps to its end, and stops with exit code 0", async function () {
    const node = await world.createNode();
    const { task } = await world.publish({ chains: 2, steps: 2 });
    const agent = new AgentProcess(world, node);
    await waitUntil(
      "the task is completed",
      async () => (await readTask(world.suite.contracts, task)).status === "completed",
      {
        timeoutMs: 120_000,
        explain: () => agent.logs.join("\n"),
      },
    );
    await waitUntil("the agent saw its last settlement", () => progressOf(agent, "settled").length === 4);
    const { code } = await agent.stop();
    expect(code).to.equal(0);
    await world.removeNode(node);
    const settled = await settledFragments(world, task);
    expect(settled.map(({ chain, step }) => `${chain}:${step}`)).to.have.members(["0:0", "0:1", "1:0", "1:1"]);
    for (const stage of ["assigned", "computed", "proved", "submitted", "settled"]) {
      expect(progressOf(agent, stage), stage).to.have.lengthOf(4);
    }
  });

  it("withdraws fees, and after a day collects its rewards and stays in the draws", async function () {
    const node = await world.createNode();
    const { task } = await world.publish({ fee: parseEther("1") });
    const agent = new AgentProcess(world, node, { env: { COREX_CLAIM_MS: "500", COREX_WITHDRAW_THRESHOLD: "0.9" } });
    const explain = () => agent.logs.join("\n");
    const { token, taskEscrow, nodeRegistry, rewardDistributor } = world.suite.contracts;
    const fee = parseEther("0.95");
    await waitUntil("the fee arrived", async () => (await token.balanceOf(node.payout)) === fee, { explain });
    expect(await taskEscrow.owedTo(node.payout)).to.equal(0n);
    expect(await settledFragments(world, task)).to.have.lengthOf(1);

    await world.provider.send("evm_increaseTime", [86_400]);
    await world.provider.send("evm_mine", []);
    await waitUntil("the reward arrived", async () => (await token.balanceOf(node.payout)) > fee, { explain });
    await waitUntil("the node is eligible", async () => nodeRegistry.isEligible(node.id), { explain });
    expect((await rewardDistributor.claimableOf(node.id))[0]).to.equal(0n);
    expect((await agent.stop()).code).to.equal(0);
    await world.removeNode(node);
  });

  it("shares a task between three nodes without a wasted or doubled submission", async function () {
    const fromBlock = await world.provider.getBlockNumber();
    const nodes = [await world.createNode(), await world.createNode(), await world.createNode()];
    const { task } = await world.publish({ chains: 3, steps: 3 });
    const agents = nodes.map((node) => new AgentProcess(world, node));
    const explain = () => agents.flatMap(({ logs }) => ["---", ...logs]).join("\n");
    const isCompleted = async () => (await readTask(world.suite.contracts, task)).status === "completed";
    await waitUntil("the task is completed", isCompleted, { timeoutMs: 200_000, explain });
    for (const agent of agents) expect((await agent.stop()).code, explain()).to.equal(0);

    const settled = await settledFragments(world, task);
    expect(new Set(settled.map(({ chain, step }) => `${chain}:${step}`)).size).to.equal(9);
    expect(settled).to.have.lengthOf(9);
    for (const { id, wallet } of nodes) {
      const own = settled.filter(({ node }) => node === id);
      expect(await submissions(world, wallet.address, fromBlock), explain()).to.have.lengthOf(own.length);
      expect((await world.suite.contracts.rewardDistributor.accountOf(id)).computePoints).to.equal(
        own.reduce((sum, { points }) => sum + points, 0n),
      );
    }
  });
});

/** Lines of progress of one stage. */
function progressOf(agent: AgentProcess, stage: string): unknown[] {
  return agent.lines
    .map((line) => JSON.parse(line) as { event: string; stage: string })
    .filter((line) => line.event === "fragment" && line.stage === stage);
}
