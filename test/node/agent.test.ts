import { expect } from "chai";

import { readTask } from "@corex/sdk/actions/read-task";

import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld } from "./support/agent-world.ts";
import { settledFragments } from "./support/settled-fragments.ts";
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
    const settled = await settledFragments(world, task);
    expect(settled.map(({ chain, step }) => `${chain}:${step}`)).to.have.members(["0:0", "0:1", "1:0", "1:1"]);
    for (const stage of ["assigned", "computed", "proved", "submitted", "settled"]) {
      expect(progressOf(agent, stage), stage).to.have.lengthOf(4);
    }
  });
});

/** Lines of progress of one stage. */
function progressOf(agent: AgentProcess, stage: string): unknown[] {
  return agent.lines
    .map((line) => JSON.parse(line) as { event: string; stage: string })
    .filter((line) => line.event === "fragment" && line.stage === stage);
}
