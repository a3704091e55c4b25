import { expect } from "chai";
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { promisify } from "node:util";

import { assignRoundFragment } from "@corex/sdk/actions/assign-round-fragment";
import { cancelRoundTask } from "@corex/sdk/actions/cancel-round-task";
import { readRoundCursor } from "@corex/sdk/actions/read-round-cursor";
import { readRoundEvaluation } from "@corex/sdk/actions/read-round-evaluation";
import { readRoundTask } from "@corex/sdk/actions/read-round-task";
import { readStanding } from "@corex/sdk/actions/read-standing";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { APPLY_FRAGMENT } from "@corex/sdk/task/round-fragment";

import type { Stage } from "../../packages/node/src/runtime/stages.ts";
import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld, type WorldNode } from "./support/agent-world.ts";
import { LINEAR, MLP, publishRounds, registerCircuits, settledRounds } from "./support/round-tasks.ts";
import { submissions } from "./support/submissions.ts";
import { waitUntil } from "./support/wait-until.ts";

// The agent in a task of rounds
// ├── several nodes: every fragment is settled once, with the values of plain arithmetic
// ├── a task that is evaluated: loss and hits are those of plain arithmetic
// ├── killed at any stage of a gradient or a step: nothing is lost, doubled, or proved again
// │   ├── openings of gradients that are gone are computed again
// │   └── weights that are gone are computed again from the gradients
// └── a shard that nobody has: its lane is given back, and the round goes on without it
describe("the agent in a task of rounds", function () {
  this.timeout(240_000);
  let world: AgentWorld;
  const nodes: WorldNode[] = [];
  const agents: AgentProcess[] = [];

  before(async function () {
    world = await AgentWorld.start();
    await registerCircuits(world, LINEAR);
  });

  afterEach(async function () {
    for (const agent of agents.splice(0)) {
      agent.kill("SIGKILL");
      await agent.ended;
    }
    for (const node of nodes.splice(0)) await world.removeNode(node);
  });

  after(async function () {
    await world.stop();
  });

  async function createNode(): Promise<WorldNode> {
    const node = await world.createNode();
    nodes.push(node);
    return node;
  }

  function start(node: WorldNode, env: Readonly<Record<string, string>> = {}): AgentProcess {
    const agent = new AgentProcess(world, node, { env: { COREX_SPREAD_MS: "200", ...env } });
    agents.push(agent);
    return agent;
  }

  async function untilCompleted(task: string): Promise<void> {
    const isCompleted = async () => (await readRoundTask(world.suite.contracts, task)).status === "completed";
    await waitUntil("the task is completed", isCompleted, { timeoutMs: 200_000, explain });
  }

  const explain = () => agents.flatMap(({ logs }) => ["---", ...logs]).join("\n");

  it("works with others: every fragment once, with the values of plain arithmetic", async function () {
    const fromBlock = await world.provider.getBlockNumber();
    const { task, train } = await publishRounds(world);
    const working = [await createNode(), await createNode()];
    for (const node of working) start(node);
    await untilCompleted(task);

    const [round] = (await train()).rounds;
    const settled = await settledRounds(world, task);
    expect(settled.map(({ fragment }) => fragment).sort()).to.deep.equal([0, 1, APPLY_FRAGMENT, 2, 3].sort());
    for (const { fragment, output, loss } of settled) {
      const lane = round?.lanes[fragment];
      expect([output, loss]).to.deep.equal(lane === undefined ? [round?.newHead, 0n] : [lane.commitment, lane.loss]);
    }
    for (const [index, node] of working.entries()) {
      const own = settled.filter((entry) => entry.node === node.id).length;
      expect(await submissions(world, node.wallet.address, fromBlock), explain()).to.have.lengthOf(own);
      const told = agents[index]?.lines.filter((line) => line.includes('"event":"fragment","stage":"settled"')) ?? [];
      expect(told.length).to.be.at.most(own);
      for (const line of told) expect(line).to.match(/"kind":"(gradient|apply)","fragment":\d+,"round":0/);
    }
  });

  it("shows the lanes that a node has", async function () {
    const node = await createNode();
    const { task, created } = await publishRounds(world, { seconds: 60 });
    const { contracts } = world.suite;
    const { ticket } = await readRoundCursor(contracts, task, 2);
    while ((await contracts.scheduler.horizon()) <= ticket) await world.provider.send("evm_mine", []);
    expect((await assignRoundFragment(world.admin, created.terms, 2)).result).to.equal(node.id);
    const { deadline } = await readRoundCursor(contracts, task, 2);
    const env = { ...process.env, COREX_PRIVATE_KEY: node.wallet.privateKey };
    const args = ["packages/node/src/cli.ts", "status", "--json", "--deployment", world.deploymentFile];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: repositoryRoot() });
    const { fragments } = JSON.parse(stdout) as { fragments: unknown };
    expect(fragments).to.deep.equal([{ task, kind: "gradient", fragment: 2, round: 0, deadline }]);
    await cancelRoundTask(world.admin, created.terms);
  });

  it("trains a perceptron and evaluates it on what was held out, as the contract adds it up", async function () {
    await registerCircuits(world, MLP);
    const { task, train } = await publishRounds(world, { circuits: MLP, seconds: 600 });
    start(await createNode());
    await untilCompleted(task);
    const { rounds, evaluations } = await train();
    expect((await readRoundTask(world.suite.contracts, task)).head).to.equal(rounds[0]?.newHead);
    const [{ loss, correct } = { loss: -1n, correct: -1 }] = evaluations;
    const found = await readRoundEvaluation(world.suite.contracts, task);
    expect(found).to.deep.include({ loss, correct: BigInt(correct), shards: 1 });
    const isTold = () => agents[0]?.lines.some((line) => /"stage":"settled".*"kind":"evaluation"/.test(line)) ?? false;
    await waitUntil("the agent saw it settled", isTold, { explain });
  });

  /** Where the agent of each run dies: at a stage of a fragment of a round. */
  const DEATHS: readonly { readonly stage: Stage; readonly fragment: number; readonly round: number }[] = [
    { stage: "computed", fragment: 0, round: 0 },
    { stage: "proved", fragment: 1, round: 0 },
    { stage: "signed", fragment: 2, round: 0 },
    { stage: "assigned", fragment: APPLY_FRAGMENT, round: 0 },
    { stage: "computed", fragment: APPLY_FRAGMENT, round: 0 },
    { stage: "proved", fragment: APPLY_FRAGMENT, round: 0 },
    { stage: "mined", fragment: APPLY_FRAGMENT, round: 0 },
    { stage: "broadcast", fragment: 3, round: 1 },
    { stage: "intended", fragment: APPLY_FRAGMENT, round: 1 },
  ];

  it("loses, doubles and repeats nothing when it is killed, and computes again what is gone", async function () {
    const fromBlock = await world.provider.getBlockNumber();
    const node = await createNode();
    const { task, created, train } = await publishRounds(world, { rounds: 2 });
    for (const { stage, fragment, round } of DEATHS) {
      const subject = `submit-round:${task}:${fragment}:${round}`;
      const doomed = start(node, { COREX_TEST_KILL_AT: stage, COREX_TEST_KILL_SUBJECT: subject });
      await waitUntil(`killed at ${stage} of ${fragment}`, () => doomed.hasEnded, { timeoutMs: 120_000, explain });
      const settled = await settledRounds(world, task);
      // Before the step, the openings of two gradients; after it, those of the weights.
      const gone = stage === "assigned" ? [0, 2] : stage === "mined" ? [APPLY_FRAGMENT] : [];
      for (const { fragment: done, artifact } of settled) if (gone.includes(done)) rmSync(world.fileOf(artifact));
    }
    start(node);
    await untilCompleted(task);

    const logs = explain();
    expect(logs)
      .to.match(/unusable gradient: computing it again/)
      .and.match(/replaying the steps/);
    const { head } = await readRoundTask(world.suite.contracts, task);
    expect(head).to.equal((await train()).rounds[1]?.newHead);
    expect(head).to.not.equal(created.head);
    const settled = await settledRounds(world, task);
    expect(new Set(settled.map(({ fragment, round }) => `${fragment}:${round}`)).size).to.equal(10);
    expect(settled).to.have.lengthOf(10);
    expect(await submissions(world, node.wallet.address, fromBlock), logs).to.have.lengthOf(10);
    const proofs = agents.flatMap(({ lines }) => lines).filter((line) => /"fragment","stage":"proved"/.test(line));
    expect(proofs).to.have.lengthOf(10);
  });

  it("gives a lane back whose shard nobody has, and closes the round without it", async function () {
    const node = await createNode();
    const { task, published, train } = await publishRounds(world, { seconds: 60, quorum: 3 });
    const shard = published.manifest.train[3];
    if (shard === undefined) throw new Error("the dataset has too few shards");
    rmSync(world.fileOf(contentIdToBytes32(shard.contentId)));
    const agent = start(node);
    await waitUntil("the lane is given back", () => agent.logs.some((line) => line.includes("given back")), {
      explain,
    });
    const hasQuorum = async () => (await readRoundTask(world.suite.contracts, task)).settled.length === 3;
    await waitUntil("the other lanes are settled", hasQuorum, { timeoutMs: 120_000, explain });
    await world.provider.send("evm_increaseTime", [61]);
    await untilCompleted(task);

    expect(explain()).to.include("round closed without some lanes").and.to.include("STORE_NOT_FOUND");
    const { head } = await readRoundTask(world.suite.contracts, task);
    expect(head).to.equal((await train((_, lane) => lane !== 3)).rounds[0]?.newHead);
    expect(await readStanding(world.suite.contracts, node.id)).to.include({ completed: 4 });
  });
});
