import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { readStanding } from "@corex/sdk/actions/read-standing";
import { readTask } from "@corex/sdk/actions/read-task";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";

import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld, type WorldNode } from "./support/agent-world.ts";
import { settledFragments } from "./support/settled-fragments.ts";
import { submissions } from "./support/submissions.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";
import { waitUntil } from "./support/wait-until.ts";

describe("the agent in trouble", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  let node: WorldNode;
  const agents: AgentProcess[] = [];

  before(async function () {
    world = await AgentWorld.start();
  });

  beforeEach(async function () {
    node = await world.createNode();
  });

  afterEach(async function () {
    for (const agent of agents.splice(0)) {
      agent.kill("SIGKILL");
      await agent.ended;
    }
    await world.removeNode(node);
  });

  after(async function () {
    await world.stop();
  });

  function start(options: ConstructorParameters<typeof AgentProcess>[2] = {}, owner = node): AgentProcess {
    const agent = new AgentProcess(world, owner, options);
    agents.push(agent);
    return agent;
  }

  async function untilCompleted(task: string, ...involved: AgentProcess[]): Promise<void> {
    await waitUntil(
      "the task is completed",
      async () => (await readTask(world.suite.contracts, task)).status === "completed",
      {
        explain: () => involved.flatMap(({ logs }) => ["---", ...logs]).join("\n"),
      },
    );
  }

  it("survives an endpoint that goes down while it proves, and submits when it is back", async function () {
    const proxy = new TcpProxy(world.chain.rpcUrl);
    await proxy.up();
    const fromBlock = await world.provider.getBlockNumber();
    const { task } = await world.publish();
    const agent = start({ rpcUrl: proxy.url });
    await waitUntil("the step is computed", () => agent.lines.some((line) => line.includes('"computed"')));
    await proxy.down();
    await waitUntil("the agent noticed", () => agent.logs.some((line) => line.includes("CHAIN_UNREACHABLE")));
    await waitUntil("the proof is there", () => agent.lines.some((line) => line.includes('"proved"')));
    await sleep(1_000);
    expect(await settledFragments(world, task)).to.have.lengthOf(0);

    await proxy.up();
    await untilCompleted(task, agent);
    expect(await submissions(world, node.wallet.address, fromBlock)).to.have.lengthOf(1);
    expect(agent.lines.filter((line) => line.includes('"event":"fragment","stage":"proved"'))).to.have.lengthOf(1);
    expect(await agent.stop()).to.include({ code: 0 });
    await proxy.down();
  });

  it("starts while the endpoint is down, and waits", async function () {
    const proxy = new TcpProxy(world.chain.rpcUrl);
    await proxy.up();
    await proxy.down();
    const agent = start({ rpcUrl: proxy.url });
    await waitUntil("the agent waits", () => agent.logs.some((line) => line.includes("waiting for the chain")));
    await proxy.up();
    await waitUntil("the agent started", () => agent.logs.some((line) => line.includes("agent started")));
    expect(await agent.stop()).to.include({ code: 0 });
    await proxy.down();
  });

  it("keeps its proof while it has no funds, says what is missing, and submits once it is funded", async function () {
    const published = await world.publish();
    await world.fund(node.wallet.address, 0n);
    expect(await world.assign(published)).to.equal(node.id);
    const agent = start();
    await waitUntil("the agent says so", () => agent.logs.some((line) => line.includes("the proof is kept")), {
      explain: () => agent.logs.join("\n"),
    });
    expect(agent.logs.find((line) => line.includes("the proof is kept"))).to.match(
      /holds 0 wei, submit:\S+ can cost up to \d+ wei of gas: send it at least \d+ wei/,
    );
    await world.fund(node.wallet.address);
    await untilCompleted(published.task, agent);
    expect(agent.lines.filter((line) => line.includes('"event":"fragment","stage":"proved"'))).to.have.lengthOf(1);
  });

  it("backs off at a corrupted shard instead of crashing, and goes on when it is repaired", async function () {
    const { task, dataset } = await world.publish();
    const shard = dataset.manifest.shards[0];
    if (shard === undefined) throw new Error("the dataset has no shard");
    const file = world.fileOf(contentIdToBytes32(shard.contentId));
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes, Buffer.from(" ")]));

    const agent = start();
    await waitUntil(
      "the agent notices twice",
      () => agent.logs.filter((line) => line.includes("STORE_DIGEST_MISMATCH")).length >= 2,
      {
        explain: () => agent.logs.join("\n"),
      },
    );
    expect(await settledFragments(world, task)).to.have.lengthOf(0);
    writeFileSync(file, bytes);
    await untilCompleted(task, agent);
  });

  it("replays the steps when the weights before are withheld, and when they are corrupted", async function () {
    const { task } = await world.publish({ steps: 3 });
    const dieAfter = (step: number) => ({
      COREX_TEST_KILL_AT: "settled",
      COREX_TEST_KILL_SUBJECT: `submit:${task}:0:${step}`,
    });
    const artifactOf = async (step: number) => {
      const settled = (await settledFragments(world, task)).find((fragment) => fragment.step === step);
      if (settled === undefined) throw new Error(`step ${step} is not settled`);
      return world.fileOf(settled.artifact);
    };

    const first = start({ env: dieAfter(0) });
    await first.ended;
    rmSync(await artifactOf(0));

    const second = start({ env: dieAfter(1) });
    await second.ended;
    expect(second.logs.join("\n")).to.include("STORE_NOT_FOUND").and.to.include("replaying the steps");
    writeFileSync(await artifactOf(0), "not the weights");
    writeFileSync(await artifactOf(1), "not the weights");

    const third = start();
    await untilCompleted(task, third);
    expect(third.logs.join("\n"))
      .to.include("STORE_DIGEST_MISMATCH")
      .and.to.match(/"step":2,"from":0,.*replaying the steps/);
    expect((await settledFragments(world, task)).map(({ step }) => step)).to.deep.equal([0, 1, 2]);
  });

  it("takes a fragment over from a node that died with it, after the deadline", async function () {
    const { task } = await world.publish({ seconds: 60 });
    const dead = start({ env: { COREX_TEST_KILL_AT: "computed", COREX_TEST_KILL_SUBJECT: "submit:" } });
    await dead.ended;
    await world.provider.send("evm_increaseTime", [61]);
    const heir = await world.createNode();
    const agent = start({}, heir);
    await untilCompleted(task, agent);
    const [fragment] = await settledFragments(world, task);
    expect(fragment?.node).to.equal(heir.id);

    const returned = start();
    await waitUntil(
      "the first node sees that it lost",
      () => returned.logs.some((line) => line.includes('"stage":"lost"')),
      {
        explain: () => returned.logs.join("\n"),
      },
    );
    expect(await settledFragments(world, task)).to.have.lengthOf(1);
    await world.removeNode(heir);
  });

  it("gives a fragment back whose data it cannot have, before that costs stake, and another does it", async function () {
    const published = await world.publish({ seconds: 120 });
    expect(await world.assign(published)).to.equal(node.id);
    const other = await world.createNode();
    const empty = start({ env: { COREX_STORE: join(world.folder, "empty-store") } });
    const able = start({}, other);
    await untilCompleted(published.task, empty, able);
    const [fragment] = await settledFragments(world, published.task);
    expect(fragment?.node).to.equal(other.id);
    expect(empty.logs.join("\n")).to.include("STORE_NOT_FOUND").and.to.include("fragment given back");
    expect(await readStanding(world.suite.contracts, node.id)).to.include({ refused: 1, missed: 0, completed: 0 });
    expect(await readStanding(world.suite.contracts, other.id)).to.include({ refused: 0, missed: 0, completed: 1 });
    await world.removeNode(other);
  });

  it("stops with exit code 0 while it proves, and finishes after a restart", async function () {
    const { task } = await world.publish();
    const agent = start();
    await waitUntil("the step is computed", () => agent.lines.some((line) => line.includes('"computed"')));
    expect(await agent.stop(), agent.logs.join("\n")).to.deep.equal({ code: 0, signal: null });
    expect(await settledFragments(world, task)).to.have.lengthOf(0);
    await untilCompleted(task, start());
  });
});
