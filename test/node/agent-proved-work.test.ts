import { expect } from "chai";

import { parseEther } from "ethers";

import { readReview } from "@corex/sdk/actions/read-review";
import { readSettledWork } from "@corex/sdk/actions/read-settled-work";
import { readStake } from "@corex/sdk/actions/read-stake";
import { readVerifier } from "@corex/sdk/actions/read-verifier";
import { readWorkDelivery } from "@corex/sdk/actions/read-work-delivery";
import { readWorkTask } from "@corex/sdk/actions/read-work-task";
import { syncVerifier } from "@corex/sdk/actions/sync-verifier";
import type { WorkTerms } from "@corex/sdk/task/work-terms";
import { evaluateClaim } from "@corex/sdk/work/evaluate-claim";
import { loadProvedWork } from "@corex/sdk/work/load-proved-work";
import { claimDigest } from "@corex/sdk/work/work-claim";

import { AgentProcess } from "./support/agent-process.ts";
import { AgentWorld, type WorldNode } from "./support/agent-world.ts";
import { publishEvaluation, registerEvaluation } from "./support/proved-work.ts";
import { submissions } from "./support/submissions.ts";
import { waitUntil } from "./support/wait-until.ts";
import { WorkWorld } from "./support/work-world.ts";

// The agent in tasks of work that a circuit can prove, with an executor and three verifiers as processes of their own
// ├── when a proof verifies it: it is proved and paid in one transaction
// │   └── killed between proof and submission: the proof in the journal is submitted, and none is made again
// └── when a committee verifies it and its verifiers lie: the node proves the rejected claim, is paid, and they are slashed
describe("the agent in tasks of work that a circuit can prove", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  let work: WorkWorld;
  let executor: WorldNode;
  const verifiers: WorldNode[] = [];
  const agents: AgentProcess[] = [];

  before(async function () {
    world = await AgentWorld.start();
    work = new WorkWorld(world);
    await work.prepare();
    await registerEvaluation(world);
    for (let index = 0; index < 3; index += 1) verifiers.push(await work.createVerifier(["inference"]));
    executor = await work.createExecutor();
    await world.nextPeriod();
  });

  afterEach(async function () {
    for (const agent of agents.splice(0)) {
      agent.kill("SIGKILL");
      await agent.ended;
    }
  });

  after(async function () {
    await world.stop();
  });

  function start(node: WorldNode, env: Readonly<Record<string, string>> = {}): AgentProcess {
    const quick = { COREX_SPREAD_MS: "200", COREX_GRACE_MS: "500", COREX_CLAIM_MS: "600000" };
    const agent = new AgentProcess(world, node, { env: { ...quick, ...env } });
    agents.push(agent);
    return agent;
  }

  const explain = () => agents.flatMap(({ logs }) => ["---", ...logs.slice(-30)]).join("\n");

  async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
    await waitUntil(what, condition, { timeoutMs: 60_000, explain });
  }

  /** The result that is right. */
  async function rightResult(terms: WorkTerms): Promise<string> {
    const { claim } = await evaluateClaim(world.store, await loadProvedWork(world.store, terms), 0);
    return claimDigest(claim);
  }

  async function settledOf(task: string) {
    const toBlock = await world.provider.getBlockNumber();
    return readSettledWork(world.suite.contracts, world.provider, { task, fromBlock: 0, toBlock });
  }

  it("proves a fragment and is paid at once, with the proof from before it was killed", async function () {
    const { contracts } = world.suite;
    const fromBlock = await world.provider.getBlockNumber();
    const { task, terms } = await publishEvaluation(world, "proof");
    const doomed = start(executor, { COREX_TEST_KILL_AT: "proved", COREX_TEST_KILL_SUBJECT: `submit-work:${task}:0:` });
    await until("the agent is killed", () => doomed.hasEnded);
    expect((await doomed.ended).signal).to.equal("SIGKILL");
    expect((await readWorkTask(contracts, task)).settled, explain()).to.equal(0);

    start(executor);
    await until("the task is completed", async () => (await readWorkTask(contracts, task)).status === "completed");
    const [settled] = await settledOf(task);
    const submitted = await submissions(world, executor.wallet.address, fromBlock);
    expect(submitted, explain()).to.deep.equal([settled?.transactionHash]);
    expect(settled).to.include({ fragment: 0, node: executor.id, quality: 10_000, result: await rightResult(terms) });
    expect(await contracts.workEscrow.owedTo(executor.payout)).to.equal(settled?.paid);
    expect(settled?.paid).to.be.greaterThan(parseEther("1"));
    const proofs = agents.flatMap(({ lines }) => lines).filter((line) => line.includes('"fragment","stage":"proved"'));
    expect(proofs).to.have.lengthOf(1);
  });

  it("proves a right claim that verifiers rejected: it is paid, and they are slashed", async function () {
    const { contracts } = world.suite;
    for (const verifier of verifiers) start(verifier, { COREX_VERIFY: "inference", COREX_TEST_LIE: "true" });
    for (const { id } of verifiers) {
      await until(`verifier ${id} is qualified`, async () => (await readVerifier(contracts, id)).qualified);
      if ((await readVerifier(contracts, id)).weight === 0n) await syncVerifier(world.admin, id);
    }
    await world.nextPeriod();
    const stakes = await Promise.all(verifiers.map(async ({ id }) => (await readStake(contracts, id)).total));
    const { task, terms } = await publishEvaluation(world, "committee");
    // It is away until there is a verdict, so that the test sees the verdict.
    const doomed = start(executor, { COREX_TEST_KILL_AT: "mined", COREX_TEST_KILL_SUBJECT: `submit-work:${task}:0:` });
    await until("the claim is submitted", () => doomed.hasEnded);
    expect((await readWorkDelivery(contracts, task, 0))?.result).to.equal(await rightResult(terms));
    await until("it is decided", async () => (await readReview(contracts, task, 0)).stage === "decided");
    expect((await readReview(contracts, task, 0)).verdict, explain()).to.equal("rejected");

    start(executor);
    await until("the task is completed", async () => (await readWorkTask(contracts, task)).status === "completed");
    await until("the agent says so", () => /the result is right: proved/.test(explain()));
    const [settled] = await settledOf(task);
    expect(settled).to.include({ node: executor.id, quality: 10_000, result: await rightResult(terms) });
    for (const [index, { id }] of verifiers.entries()) {
      const before = stakes[index] ?? 0n;
      expect(before - (await readStake(contracts, id)).total, "2 %").to.equal(before / 50n);
      expect(await readVerifier(contracts, id)).to.include({ coherent: 0, incoherent: 1 });
    }
  });
});
