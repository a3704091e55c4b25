// FM-43: a node crashes between signing and recording, and submits twice or never. Guard: a journal before every signature and
// broadcast, and a restart that resumes from it (as validator clients do against double signing, e.g. EIP-3076).
import { expect } from "chai";
import { parseEther } from "ethers";

import { readTask } from "@corex/sdk/actions/read-task";

import type { Stage } from "../../packages/node/src/runtime/stages.ts";
import { AgentProcess } from "../node/support/agent-process.ts";
import { AgentWorld, type WorldNode } from "../node/support/agent-world.ts";
import { settledFragments } from "../node/support/settled-fragments.ts";
import { submissions } from "../node/support/submissions.ts";
import { waitUntil } from "../node/support/wait-until.ts";

const FEE = parseEther("1");
/** The protocol keeps 5 %. */
const PAID = parseEther("0.95");

/** Where the agent dies, and whether it had proved by then: what was proved is never proved again. */
const DEATHS: readonly { stage: Stage; subject: string; proved: boolean }[] = [
  { stage: "intended", subject: "assign:", proved: false },
  { stage: "signed", subject: "assign:", proved: false },
  { stage: "broadcast", subject: "assign:", proved: false },
  { stage: "assigned", subject: "submit:", proved: false },
  { stage: "computed", subject: "submit:", proved: false },
  { stage: "proved", subject: "submit:", proved: true },
  { stage: "intended", subject: "submit:", proved: true },
  { stage: "signed", subject: "submit:", proved: true },
  { stage: "broadcast", subject: "submit:", proved: true },
  { stage: "sent", subject: "submit:", proved: true },
  { stage: "mined", subject: "submit:", proved: true },
  { stage: "settled", subject: "submit:", proved: true },
];

// FM-43: a node crashes between signing and recording, and submits twice or never (common in payment daemons).
describe("the agent killed by SIGKILL", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  let node: WorldNode;
  let earned = 0n;

  before(async function () {
    world = await AgentWorld.start();
    node = await world.createNode();
  });

  after(async function () {
    await world.stop();
  });

  for (const { stage, subject, proved } of DEATHS) {
    it(`at "${stage}" of a transaction to ${subject.slice(0, -1)} settles the fragment once after a restart`, async function () {
      const fromBlock = (await world.provider.getBlockNumber()) + 1;
      const { task } = await world.publish({ fee: FEE });
      const env = { COREX_WITHDRAW_THRESHOLD: "1000000" };

      const doomed = new AgentProcess(world, node, {
        env: { ...env, COREX_TEST_KILL_AT: stage, COREX_TEST_KILL_SUBJECT: subject },
      });
      const { signal } = await doomed.ended;
      expect(signal, doomed.logs.join("\n")).to.equal("SIGKILL");

      const heir = new AgentProcess(world, node, { env });
      const explain = () => [...doomed.logs, "--- restarted", ...heir.logs].join("\n");
      await waitUntil(
        "the fragment is settled",
        async () => (await readTask(world.suite.contracts, task)).status === "completed",
        {
          explain,
        },
      );
      await waitUntil("the restarted agent is up", () => heir.logs.some((line) => line.includes("agent started")), {
        explain,
      });
      expect(await heir.stop(), explain()).to.include({ code: 0 });

      earned += PAID;
      expect(await settledFragments(world, task)).to.have.lengthOf(1);
      expect(await submissions(world, node.wallet.address, fromBlock), explain()).to.have.lengthOf(1);
      expect(await world.suite.contracts.taskEscrow.owedTo(node.payout)).to.equal(earned);
      expect(await world.suite.contracts.taskEscrow.heldFor(task)).to.equal(0n);
      if (proved)
        expect(
          heir.lines.filter((line) => line.includes('"computed"')),
          explain(),
        ).to.deep.equal([]);
    });
  }
});
