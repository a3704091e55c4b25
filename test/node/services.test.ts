import { expect } from "chai";

import { parseEther } from "ethers";
import { pino } from "pino";

import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";

import { ChainFragment } from "../../packages/node/src/markets/chain-fragment.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { systemClock } from "../../packages/node/src/runtime/clock.ts";
import { Assigner } from "../../packages/node/src/services/assigner.ts";
import type { Snapshot } from "../../packages/node/src/services/snapshot.ts";
import { StandingService } from "../../packages/node/src/services/standing.ts";
import { StepHistory } from "../../packages/node/src/weights/step-history.ts";
import { ActionWorld } from "../sdk/actions/support/action-world.ts";

const DAY = 86_400;
const logger = pino({ level: "silent" });

describe("services that send", function () {
  let world: ActionWorld;
  let node: bigint;

  beforeEach(async function () {
    world = await ActionWorld.create();
    node = await world.activeNode();
  });

  afterEach(async function () {
    await world.close();
  });

  const transactions = async (): Promise<number> => {
    const { sender } = world.operator;
    return sender.provider.getTransactionCount(sender.address);
  };

  // StandingService
  // ├── when the scheduler knows everything: it sends nothing
  // ├── when the capacity is another: it pokes, once a minute at most
  // └── when the score rose by two percent or more: it syncs
  describe("StandingService", function () {
    it("tells the scheduler a new capacity and a risen score, and nothing else", async function () {
      const { contracts } = world.suite;
      const service = new StandingService({
        ...{ context: world.operator, node, logger, backoff: new Backoff(systemClock) },
      });
      const look = async (timestamp: number): Promise<number> => {
        const before = await transactions();
        await service.onSnapshot({ blockNumber: 1, timestamp, horizon: 1, fragments: [] });
        return (await transactions()) - before;
      };
      expect(await look(1_000)).to.equal(0);

      const latest = await world.connection.networkHelpers.time.latest();
      const { nodeRegistry, reputation, scheduler } = contracts;
      await world.asAdmin(nodeRegistry.recordBenchmark.populateTransaction(node, 20_000_000n, latest + DAY));
      expect(await look(1_059)).to.equal(0);
      expect(await look(1_060)).to.equal(1);
      expect((await scheduler.weightOf(node)).capacity).to.equal(20_000_000n);

      await world.grant("MARKET", world.admin.sender.address);
      await world.asAdmin(reputation.recordCompleted.populateTransaction(node, parseEther("1")));
      expect(await look(1_120)).to.equal(0);
      await world.asAdmin(reputation.recordCompleted.populateTransaction(node, parseEther("1")));
      await world.asAdmin(reputation.recordCompleted.populateTransaction(node, parseEther("1")));
      expect(await look(1_180)).to.equal(1);
      // 1 - 0.5 * 0.98^3
      expect((await scheduler.weightOf(node)).score).to.equal(5_294n);
      expect(await look(1_240)).to.equal(0);
    });
  });

  // Assigner, when the draw comes to nobody
  // ├── while the same ticket could still come to a node that becomes free: it sends nothing
  // └── when the ticket expired: it renews the draw, once
  describe("Assigner, when every node is at its limit", function () {
    it("renews a draw once a period and no more", async function () {
      const { contracts } = world.suite;
      const { networkHelpers } = world.connection;
      const terms = world.terms({ chains: 3n, fragmentDuration: 600n });
      const { result: task } = await publishNetworkTask(world.admin, terms);
      const options = { context: world.operator, node, graceMs: 0, spreadMs: 0, maxOpenFragments: 9 };
      const assigner = new Assigner({ ...options, clock: systemClock, logger, backoff: new Backoff(systemClock) });
      const look = async (): Promise<number> => {
        const before = await transactions();
        const known = { task, terms, blockNumber: 1 };
        const history = new StepHistory(contracts, world.operator.sender.provider as RpcProvider);
        const ground = { context: world.operator, chainId: 31_337, history };
        const cursors = await Promise.all([0, 1, 2].map(async (chain) => readCursor(contracts, task, chain)));
        const snapshot: Snapshot = {
          blockNumber: await world.operator.sender.provider.getBlockNumber(),
          timestamp: await networkHelpers.time.latest(),
          horizon: Number(await contracts.scheduler.horizon()),
          fragments: cursors.map(
            (cursor, chain) => new ChainFragment(ground, known, { status: "active", chain, cursor }),
          ),
        };
        await assigner.onSnapshot(snapshot);
        return (await transactions()) - before;
      };
      const decided = async (chain: number): Promise<void> => {
        const { ticket } = await readCursor(contracts, task, chain);
        while (Number(await contracts.scheduler.horizon()) <= ticket) await networkHelpers.mine();
      };

      // The limit of the lowest tier is two.
      await decided(2);
      expect(await look()).to.equal(2);
      const free = await readCursor(contracts, task, 2);
      expect(free).to.include({ node: 0n, attempt: 0 });
      expect(await look()).to.equal(0);

      await world.nextPeriod();
      expect(await look()).to.equal(1);
      expect(await readCursor(contracts, task, 2)).to.include({ node: 0n, attempt: 1 });
      await decided(2);
      for (let looks = 0; looks < 3; looks += 1) {
        expect(await look()).to.equal(0);
        await networkHelpers.mine();
      }
      expect(await readCursor(contracts, task, 2)).to.include({ node: 0n, attempt: 1 });
    });
  });
});
