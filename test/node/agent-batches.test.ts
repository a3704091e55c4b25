import { expect } from "chai";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { readTask } from "@corex/sdk/actions/read-task";

import type { Stage } from "../../packages/node/src/runtime/stages.ts";
import { AgentProcess, type AgentProcessOptions } from "./support/agent-process.ts";
import { AgentWorld, type WorldNode } from "./support/agent-world.ts";
import { settledFragments } from "./support/settled-fragments.ts";
import { submissions } from "./support/submissions.ts";
import { waitUntil } from "./support/wait-until.ts";

// The agent with several chains of a task
// ├── killed at any stage of the batch: each step is settled once
// └── when a proof in its journal is bad: that one is made again, the other is settled
// The collector
// ├── killed before it broadcasts: what it took is settled after a restart, each step once, and pays the nodes
// ├── when a node hands a bad proof over: the others are settled, and that node does it alone
// └── when it is gone: nodes submit alone
describe("steps that are submitted together", function () {
  this.timeout(240_000);
  let world: AgentWorld;
  const nodes: WorldNode[] = [];
  const processes: AgentProcess[] = [];

  before(async function () {
    world = await AgentWorld.start();
  });

  afterEach(async function () {
    for (const child of processes.splice(0)) {
      child.kill("SIGKILL");
      await child.ended;
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

  function start(node: Pick<WorldNode, "id" | "wallet">, options: AgentProcessOptions = {}): AgentProcess {
    const env = { COREX_BATCH_WAIT_MS: "60000", ...options.env };
    const child = new AgentProcess(world, node, { ...options, env });
    processes.push(child);
    return child;
  }

  const explain = () => processes.flatMap(({ logs }) => ["---", ...logs]).join("\n");
  const killAt = (stage: Stage, subject: string) => ({ COREX_TEST_KILL_AT: stage, COREX_TEST_KILL_SUBJECT: subject });

  async function untilCompleted(task: string): Promise<void> {
    const isCompleted = async () => (await readTask(world.suite.contracts, task)).status === "completed";
    await waitUntil("the task is completed", isCompleted, { timeoutMs: 150_000, explain });
  }

  async function expectSettledOnce(task: string, chains: number): Promise<void> {
    const settled = await settledFragments(world, task);
    expect(settled.map(({ chain }) => chain).sort()).to.deep.equal(Array.from({ length: chains }, (_, chain) => chain));
  }

  /** Replaces a proof in the journal of a node by one of nothing; returns the chain it is of. */
  function spoil({ id }: WorldNode, task: string): number {
    const database = new DatabaseSync(join(world.folder, `node-${id}.sqlite`));
    const query = "SELECT chain, submission FROM fragments WHERE task = ? AND submission IS NOT NULL LIMIT 1";
    const { chain, submission } = database.prepare(query).get(task) as { chain: number; submission: string };
    const { proof, ...rest } = JSON.parse(submission) as { proof: { a: string[]; b: string[][]; c: string[] } };
    const spoiled = JSON.stringify({ ...rest, proof: { ...proof, c: proof.a } });
    database.prepare("UPDATE fragments SET submission = ? WHERE task = ? AND chain = ?").run(spoiled, task, chain);
    database.close();
    return chain;
  }

  it("are settled once each when the node is killed with the batch at any stage", async function () {
    const node = await createNode();
    for (const stage of ["intended", "signed", "mined"] as const) {
      const fromBlock = (await world.provider.getBlockNumber()) + 1;
      const { task } = await world.publish({ chains: 2, seconds: 3_600 });
      const doomed = start(node, { env: killAt(stage, `submit-batch:${task}`) });
      await waitUntil(`killed at ${stage}`, () => doomed.hasEnded, { timeoutMs: 150_000, explain });
      const heir = start(node);
      await untilCompleted(task);
      const isUp = () => heir.logs.some((line) => line.includes("agent started"));
      await waitUntil("the restarted agent is up", isUp, { explain });
      expect(await heir.stop(), explain()).to.include({ code: 0 });
      await expectSettledOnce(task, 2);
      const hashes = await submissions(world, node.wallet.address, fromBlock);
      expect(hashes).to.have.lengthOf(2);
      expect(new Set(hashes).size).to.equal(1);
      expect(
        heir.lines.filter((line) => line.includes('"computed"')),
        explain(),
      ).to.deep.equal([]);
    }
  });

  it("are settled without the one whose proof is bad, which is proved again", async function () {
    const node = await createNode();
    const { task } = await world.publish({ chains: 2, seconds: 3_600 });
    const doomed = start(node, { env: killAt("intended", `submit-batch:${task}`) });
    await waitUntil("killed", () => doomed.hasEnded, { timeoutMs: 150_000, explain });
    const chain = spoil(node, task);
    const heir = start(node);
    await untilCompleted(task);
    await expectSettledOnce(task, 2);
    expect(heir.logs.join("\n")).to.include("the chain refuses the batch").and.to.include('"invalid":1');
    const proved = heir.lines.filter((line) => line.includes('"event":"fragment","stage":"proved"'));
    expect(proved).to.have.lengthOf(1);
    expect(proved[0]).to.include(`"chain":${chain}`);
  });

  it("go through a collector that is killed before it sends them; the pay is the nodes'", async function () {
    const fromBlock = await world.provider.getBlockNumber();
    const account = { id: 0n, wallet: await world.createAccount() };
    const doomed = start(account, { command: "collector", env: killAt("signed", "submit-batch:") });
    const working = [await createNode(), await createNode()];
    const { task } = await world.publish({ chains: 4, seconds: 3_600 });
    const url = await urlOf(doomed);
    const agents = working.map((node) => start(node, { env: { COREX_COLLECTOR: url } }));
    await waitUntil("the collector is killed", () => doomed.hasEnded, { timeoutMs: 120_000, explain });
    for (const agent of agents) agent.kill("SIGKILL");

    start(account, { command: "collector", env: { COREX_TEST_PORT: new URL(url).port } });
    await waitUntil("what it took is settled", async () => (await settledFragments(world, task)).length > 0, {
      explain,
    });
    for (const node of working) start(node, { env: { COREX_COLLECTOR: url } });
    await untilCompleted(task);
    await expectSettledOnce(task, 4);
    const settled = await settledFragments(world, task);
    expect(settled.every(({ node }) => working.some(({ id }) => id === node))).to.equal(true);
    expect(await submissions(world, account.wallet.address, fromBlock), explain()).to.have.lengthOf(4);
    for (const { wallet } of working) expect(await submissions(world, wallet.address, fromBlock)).to.deep.equal([]);
  });

  it("go through a collector without the bad proof of one node, which does it alone; without it, all do", async function () {
    const fromBlock = await world.provider.getBlockNumber();
    const account = { id: 0n, wallet: await world.createAccount() };
    const [good, bad] = [await createNode(), await createNode()];
    // So many that the node that dies is drawn for one of them, but for one run in 256.
    const { task } = await world.publish({ chains: 8, seconds: 3_600 });
    const doomed = start(bad, { env: killAt("proved", `submit:${task}`) });
    await waitUntil("killed", () => doomed.hasEnded, { timeoutMs: 150_000, explain });
    const chain = spoil(bad, task);
    const journal = join(world.folder, "collector-2.sqlite");
    const collector = start(account, { command: "collector", journal });
    const env = { COREX_COLLECTOR: await urlOf(collector) };
    for (const node of [good, bad]) start(node, { env });
    await untilCompleted(task);
    await expectSettledOnce(task, 8);
    expect(collector.logs.join("\n")).to.include("CHAIN_PROOFVERIFIER_");
    const settled = await settledFragments(world, task);
    expect(settled.find((fragment) => fragment.chain === chain)?.node).to.equal(bad.id);
    expect(await submissions(world, good.wallet.address, fromBlock)).to.deep.equal([]);
    expect(await submissions(world, bad.wallet.address, fromBlock)).to.have.lengthOf(1);

    expect(await collector.stop(), explain()).to.include({ code: 0 });
    const next = await world.publish({ chains: 2, seconds: 3_600 });
    await untilCompleted(next.task);
    expect(explain()).to.include("COLLECTOR_UNREACHABLE");
    await expectSettledOnce(next.task, 2);
  });

  async function urlOf(collector: AgentProcess): Promise<string> {
    await waitUntil("the collector listens", () => collector.lines.some((line) => line.includes('"listening"')), {
      explain,
    });
    const line = collector.lines.find((text) => text.includes('"listening"')) ?? "";
    return (JSON.parse(line) as { url: string }).url;
  }
});
