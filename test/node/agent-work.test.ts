import { expect } from "chai";

import { parseEther } from "ethers";

import { decoyNotice } from "@corex/sdk/notice/decoy-notice";
import { encodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { sealNotice } from "@corex/sdk/notice/seal-notice";
import { assignWorkFragment } from "@corex/sdk/actions/assign-work-fragment";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { postNotice } from "@corex/sdk/actions/post-notice";
import { readCase } from "@corex/sdk/actions/read-case";
import { readOperatorKey } from "@corex/sdk/actions/read-operator-key";
import { readReview, type ReviewStageName } from "@corex/sdk/actions/read-review";
import { readSettledWork } from "@corex/sdk/actions/read-settled-work";
import { readVerifier } from "@corex/sdk/actions/read-verifier";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { readWorkDelivery } from "@corex/sdk/actions/read-work-delivery";
import { readWorkTask } from "@corex/sdk/actions/read-work-task";
import { syncVerifier } from "@corex/sdk/actions/sync-verifier";
import { revealPlant } from "@corex/sdk/actions/reveal-plant";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { provePlant } from "@corex/sdk/task/plants";

import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld, type WorldNode } from "./support/agent-world.ts";
import { waitUntil } from "./support/wait-until.ts";
import { WorkWorld } from "./support/work-world.ts";

// The agent in the market of work, with executors and verifiers as processes of their own
// ├── labels of a pair: both done, published when both are in, judged, final and paid, verifiers too
// ├── a verifier that is killed after it sealed, signed or sent: it reveals what it committed
// └── a planted result: submitted because a note asks for it, rejected, revealed: executor and verifiers are paid
describe("the agent in the market of work", function () {
  this.timeout(240_000);
  let world: AgentWorld;
  let work: WorkWorld;
  const executors: WorldNode[] = [];
  const verifiers: WorldNode[] = [];
  const agents = new Map<bigint, AgentProcess>();

  before(async function () {
    world = await AgentWorld.start();
    work = new WorkWorld(world);
    await work.prepare();
    for (let index = 0; index < 3; index += 1) verifiers.push(await work.createVerifier());
    for (let index = 0; index < 2; index += 1) executors.push(await work.createExecutor());
    await world.nextPeriod();
  });

  afterEach(async function () {
    for (const agent of agents.values()) {
      agent.kill("SIGKILL");
      await agent.ended;
    }
    agents.clear();
  });

  after(async function () {
    await world.stop();
  });

  function start(node: WorldNode, env: Readonly<Record<string, string>> = {}): AgentProcess {
    const verify = verifiers.includes(node) ? { COREX_VERIFY: "labelling,features" } : {};
    const quick = { COREX_SPREAD_MS: "200", COREX_GRACE_MS: "500", COREX_CLAIM_MS: "600000" };
    const agent = new AgentProcess(world, node, { env: { ...quick, ...verify, ...env } });
    agents.set(node.id, agent);
    return agent;
  }

  /** Starts agents; returns once verifiers can be drawn: a long time may have passed since their last sign of life. */
  async function startReady(nodes: readonly WorldNode[]): Promise<void> {
    for (const node of nodes) start(node);
    const { contracts } = world.suite;
    for (const { id } of nodes.filter((node) => verifiers.includes(node))) {
      await until(`verifier ${id} is qualified`, async () => (await readVerifier(contracts, id)).qualified);
      if ((await readVerifier(contracts, id)).weight === 0n) await syncVerifier(world.admin, id);
    }
    await world.nextPeriod();
  }

  const explain = () => [...agents].flatMap(([node, { logs }]) => [`--- node ${node}`, ...logs.slice(-40)]).join("\n");

  async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
    await waitUntil(what, condition, { timeoutMs: 120_000, explain });
  }

  async function untilStage(task: string, fragment: number, stage: ReviewStageName): Promise<void> {
    await until(`fragment ${fragment} is ${stage}`, async () => {
      return (await readReview(world.suite.contracts, task, fragment)).stage === stage;
    });
  }

  // What happens at each of the other stages is the same as with any other transaction.
  const deaths: [string, string][] = [
    ["sealed", "case:"],
    ["signed", "reveal-verdict:"],
  ];
  for (const [stage, subject] of deaths) {
    it(`reveals what it committed when it is killed at ${stage} ${subject}`, async function () {
      const { contracts } = world.suite;
      const [victim, ...others] = verifiers;
      if (victim === undefined) throw new Error("no verifier");
      await startReady([...executors, ...others]);
      const { task } = await work.publishFeatures();
      const dying = start(victim, { COREX_TEST_KILL_AT: stage, COREX_TEST_KILL_SUBJECT: subject });
      await until("the verifier is killed", () => dying.hasEnded);
      expect((await dying.ended).signal).to.equal("SIGKILL");
      start(victim);
      await untilStage(task, 0, "decided");
      const { caseId, verdict } = await readReview(contracts, task, 0);
      expect(verdict).to.equal("accepted");
      const { seats } = await readCase(contracts, caseId);
      expect(seats.find(({ verifier }) => verifier === victim.id)?.vote, explain()).to.equal("accept");
      expect((await readVerifier(contracts, victim.id)).silent).to.equal(0);
    });
  }

  it("does labels twice, publishes them when both are in, judges them, and everybody is paid", async function () {
    const { contracts } = world.suite;
    await startReady([...executors, ...verifiers]);
    const before = await Promise.all(verifiers.map(async ({ payout }) => contracts.workEscrow.owedTo(payout)));
    const { task } = await work.publishLabels();
    for (const fragment of [0, 1]) await untilStage(task, fragment, "decided");
    for (const fragment of [0, 1]) {
      const { verdict, score, audited, caseId } = await readReview(contracts, task, fragment);
      expect({ verdict, score, audited }, explain()).to.deep.equal({ verdict: "accepted", score: 100, audited: true });
      const { seats } = await readCase(contracts, caseId);
      expect(seats.map(({ vote }) => vote)).to.deep.equal(["accept", "accept", "accept"]);
      const delivery = await readWorkDelivery(contracts, task, fragment);
      expect(await world.store.has(bytes32ToContentId(delivery?.result ?? ""))).to.equal(true);
    }

    await work.pass(3_601);
    await until("the task is completed", async () => (await readWorkTask(contracts, task)).status === "completed");
    const range = { fromBlock: 0, toBlock: await world.provider.getBlockNumber() };
    const settled = await readSettledWork(contracts, world.provider, { task, ...range });
    expect(settled.map(({ fragment, quality }) => [fragment, quality]).sort()).to.deep.equal([
      [0, 10_000],
      [1, 10_000],
    ]);
    expect(new Set(settled.map(({ node }) => node))).to.deep.equal(new Set(executors.map(({ id }) => id)));
    for (const [index, { id, payout }] of verifiers.entries()) {
      // Results of other tests may become final meanwhile: a case counts when it is closed.
      const { seats, revealed, coherent, silent } = await readVerifier(contracts, id);
      expect(seats).to.be.at.least(2);
      expect({ revealed, coherent, silent }).to.deep.equal({ revealed: seats, coherent: seats, silent: 0 });
      expect(await contracts.workEscrow.owedTo(payout)).to.equal(parseEther("2") + (before[index] ?? 0n));
    }
  });

  it("submits a planted result when a note asks for it, verifiers reject it, and both are paid", async function () {
    const { contracts } = world.suite;
    for (const { wallet } of executors) await heartbeat(await work.contextOf(wallet));
    await startReady(verifiers);
    const { task, terms, plants } = await work.publishFeatures(true);
    const { ticket } = await readWorkCursor(contracts, task, 0);
    while ((await contracts.scheduler.horizon()) <= ticket) await world.provider.send("evm_mine", []);
    const { result: node } = await assignWorkFragment(world.admin, terms, 0);
    const executor = executors.find(({ id }) => id === node);
    if (executor === undefined) throw new Error(`node ${node} is no executor`);

    const plant = provePlant(plants, 0);
    const range = { fromBlock: 0, toBlock: await world.provider.getBlockNumber() };
    const key = await readOperatorKey(contracts, world.provider, node, range);
    await postNotice(world.admin, terms, 0, decoyNotice());
    await postNotice(world.admin, terms, 0, sealNotice(key, encodePlantNotice(plant)));
    start(executor);
    await untilStage(task, 0, "decided");
    expect((await readWorkDelivery(contracts, task, 0))?.result).to.equal(plant.result);
    expect((await readReview(contracts, task, 0)).verdict).to.equal("rejected");

    // Its executor does not concede a result that it was asked for.
    await revealPlant(world.admin, terms, plant);
    await work.pass(3_601);
    await until("the task is completed", async () => (await readWorkTask(contracts, task)).status === "completed");
    const toBlock = await world.provider.getBlockNumber();
    const [settled] = await readSettledWork(contracts, world.provider, { task, fromBlock: 0, toBlock });
    expect(settled).to.include({ node, result: plant.result });
    for (const { id } of verifiers) expect((await readVerifier(contracts, id)).plantsCaught).to.equal(1);
  });
});
