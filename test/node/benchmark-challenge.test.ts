import { expect } from "chai";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { parseEther, Wallet, type TransactionReceipt } from "ethers";
import { network } from "hardhat";
import { pino } from "pino";

import { approveToken } from "@corex/sdk/actions/approve-token";
import { challengeBenchmark } from "@corex/sdk/actions/challenge-benchmark";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { readChallenge, readScoreSize } from "@corex/sdk/actions/read-benchmark";
import { readNode } from "@corex/sdk/actions/read-node";
import { registerNode } from "@corex/sdk/actions/register-node";
import type { TransactionIntent } from "@corex/sdk/actions/sender";
import { suspendNode } from "@corex/sdk/actions/suspend-node";
import { withdrawBond } from "@corex/sdk/actions/withdraw-bond";

import { Attestor } from "../../packages/node/src/attestor/attestor.ts";
import { ChainMeasurements } from "../../packages/node/src/attestor/chain-measurements.ts";
import { createAttestorServer } from "../../packages/node/src/attestor/server.ts";
import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { measureNode } from "../../packages/node/src/benchmark/measure-node.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { systemClock as clock } from "../../packages/node/src/runtime/clock.ts";
import { Mutex } from "../../packages/node/src/runtime/mutex.ts";
import { BenchmarkService } from "../../packages/node/src/services/benchmark.ts";
import { ActionWorld } from "../sdk/actions/support/action-world.ts";

const logger = pino({ level: "silent" });
const BOND = parseEther("100");

// BenchmarkService, with the real registry and attestors over HTTP
// └── when somebody doubts the score
//     ├── it measures again, is attested, and the bond is the node's
//     └── when nobody attests: it says what will happen, as an error
describe("a challenged node", function () {
  this.timeout(180_000);
  const servers: Server[] = [];
  const pool = new LanePool({ threads: 1 });
  let world: ActionWorld;
  let context: ActionContext;
  let node: bigint;
  let attestors: readonly string[];

  before(async function () {
    // A block a second: a measurement waits for its seed.
    world = await ActionWorld.create(await network.create("devnet"));
    context = world.operator;
    const payout = context.sender.address;
    ({ result: node } = await registerNode(context, { payout, deviceClass: "Edge", metadataUri: "" }));
    attestors = [await serve(), await serve()];
    await world.giveCxt(world.stranger.sender.address, 2n * BOND);
    await approveToken(world.stranger, world.suite.deployment.contracts.BenchmarkRegistry, 2n * BOND);
  });

  after(async function () {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await pool.close();
    await world.close();
  });

  /** Starts an attestor that holds the role; returns its base URL. */
  async function serve(): Promise<string> {
    const signer = Wallet.createRandom();
    await world.grant("ATTESTOR", signer.address);
    const attestor = new Attestor({
      signer,
      domain: { chainId: 31_337, benchmarkRegistry: world.suite.deployment.contracts.BenchmarkRegistry },
      source: new ChainMeasurements(context.contracts, context.sender.provider),
      compute: async (seed, lanes) => pool.compute(seed, lanes),
      computeRoot: async (digests) => pool.root(digests),
      secret: Buffer.from(signer.privateKey),
      logger,
      samples: 4,
    });
    const server = createAttestorServer(attestor, logger);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const common = { chainId: 31_337, targetSeconds: 0.2, exclusive: new Mutex(), pollMs: 100, clock };

  /** The sender of the node, slow to answer: a later measurement is quicker, whatever else this machine does. */
  function slowly(): ActionContext {
    const { sender, contracts } = context;
    const { selector } = contracts.benchmarkRegistry.answer.fragment;
    const send = async (transaction: TransactionIntent): Promise<TransactionReceipt> => {
      if (transaction.data.startsWith(selector)) await clock.sleep(4_000);
      return sender.send(transaction);
    };
    return { contracts, sender: { address: sender.address, provider: sender.provider, send } };
  }

  function service(urls: readonly string[], log = logger): BenchmarkService {
    const createPool = (): LanePool => new LanePool({ threads: 1 });
    const { signal } = new AbortController();
    const options = { ...common, context, attestors: urls, createPool, logger: log, signal };
    return new BenchmarkService({ ...options, patienceMs: 0, backoff: new Backoff(clock) });
  }

  async function lookAt(running: BenchmarkService): Promise<void> {
    const block = await context.sender.provider.getBlock("latest");
    const { number: blockNumber, timestamp } = block ?? { number: 0, timestamp: 0 };
    await running.onSnapshot({ blockNumber, timestamp, horizon: blockNumber, fragments: [] });
    await running.settled();
  }

  it("measures again, is attested, and the bond is the node's", async function () {
    const measured = { ...common, node, deviceClass: "Edge", pool, attestors, seedSeconds: 60, memory: {} } as const;
    const first = await measureNode({ ...measured, context: slowly(), logger });
    expect(first.accepted).to.equal(true);
    await challengeBenchmark(world.stranger, node);

    await lookAt(service(attestors));
    const { contracts } = context;
    expect(await readChallenge(contracts, node)).to.equal(undefined);
    expect(await readScoreSize(contracts, node)).to.be.at.least(first.size);
    expect(await readNode(contracts, context.sender.address)).to.include({ status: "active", eligible: true });
    expect(await contracts.slasher.lastOffenceOf(node)).to.deep.equal([0n, 0n, 0n]);
    expect((await withdrawBond(context)).result).to.equal(BOND);
  });

  it("says what will happen when nobody attests its answer", async function () {
    const errors: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => errors.push(line) });
    await challengeBenchmark(world.stranger, node);
    await lookAt(service(["http://127.0.0.1:9"], log));
    expect(errors.join("")).to.include("the registry takes the node's score away");
    expect((await readChallenge(context.contracts, node))?.bond).to.equal(BOND);
    // Attestors that come back in time are enough, even for a node that was suspended meanwhile.
    await suspendNode(world.admin, node);
    await lookAt(service(attestors));
    expect(await readChallenge(context.contracts, node)).to.equal(undefined);
  });
});
