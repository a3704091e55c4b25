import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Wallet, type BaseContract } from "ethers";
import { network } from "hardhat";
import { pino } from "pino";

import { createSender } from "@corex/sdk/actions/create-sender";
import { registerNode } from "@corex/sdk/actions/register-node";
import type { ActionContext } from "@corex/sdk/actions/execute";

import { Attestor } from "../../../packages/node/src/attestor/attestor.ts";
import { ChainMeasurements } from "../../../packages/node/src/attestor/chain-measurements.ts";
import { createAttestorServer } from "../../../packages/node/src/attestor/server.ts";
import { LanePool } from "../../../packages/node/src/benchmark/lane-pool.ts";
import type { MeasureOptions } from "../../../packages/node/src/benchmark/measure-node.ts";
import { systemClock } from "../../../packages/node/src/runtime/clock.ts";
import { Mutex } from "../../../packages/node/src/runtime/mutex.ts";
import { IBenchmarkRegistry__factory } from "../../../typechain-types/factories/contracts/benchmark/IBenchmarkRegistry__factory.ts";
import { deploySuite } from "../../support/deploy-suite.ts";

export const NODE = 1n;
export const CHAIN_ID = 31_337;
export const silent = pino({ level: "silent" });

/** An entropy source whose next ticket always comes with the next block: no test waits for a period to end. */
function withoutTail<Source extends object>(source: Source): Source {
  const answers: Record<PropertyKey, () => Promise<bigint>> = {
    nextTicket: async () => Promise.resolve(8n),
    horizon: async () => Promise.resolve(7n),
  };
  return new Proxy(source, {
    get: (target, key, receiver) => answers[key] ?? Reflect.get(target, key, receiver),
  });
}

/** A chain with one registered node and a registry without money, and attestors over HTTP. */
export class BenchmarkWorld {
  readonly pool = new LanePool({ threads: 2 });
  readonly urls: string[] = [];
  readonly #servers: Server[] = [];
  readonly #close: () => Promise<void>;
  /** Where the registry is. */
  readonly registry: string;
  readonly double: BaseContract;
  /** The node's operator sends. */
  readonly context: ActionContext;

  private constructor(context: ActionContext, double: BaseContract, registry: string, close: () => Promise<void>) {
    this.context = context;
    this.double = double;
    this.registry = registry;
    this.#close = close;
  }

  /** Starts three attestors; the third is the first under another address. */
  static async start(): Promise<BenchmarkWorld> {
    const connection = await network.create();
    const { ethers } = connection;
    const [admin, operator] = await ethers.getSigners();
    if (admin === undefined || operator === undefined) throw new Error("no account");
    const { contracts, deployment } = await deploySuite({ admin });
    const double = await ethers.deployContract("BenchmarkDouble", [deployment.contracts.NodeRegistry]);
    const registry = await double.getAddress();
    const benchmarkRegistry = IBenchmarkRegistry__factory.connect(registry, ethers.provider);
    const entropySource = withoutTail(contracts.entropySource);
    const context = {
      contracts: { ...contracts, benchmarkRegistry, entropySource },
      sender: await createSender(operator),
    };
    await registerNode(context, { payout: operator.address, deviceClass: "CPU", metadataUri: "" });
    const world = new BenchmarkWorld(context, double, registry, async () => connection.close());
    for (const key of [1, 2, 1]) await world.serve(BenchmarkWorld.attestor(key));
    return world;
  }

  /** Key of an attestor. */
  static attestor(key: number): Wallet {
    return new Wallet(`0x${String(key).padStart(64, "0")}`);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    await this.pool.close();
    await this.#close();
  }

  options(changes: Partial<MeasureOptions> = {}): MeasureOptions {
    return {
      context: this.context,
      node: NODE,
      deviceClass: "CPU",
      pool: this.pool,
      targetSeconds: 0.2,
      seedSeconds: 60,
      pollMs: 20,
      clock: systemClock,
      logger: silent,
      chainId: CHAIN_ID,
      attestors: this.urls.slice(0, 2),
      exclusive: new Mutex(),
      memory: {},
      patienceMs: 0,
      ...changes,
    };
  }

  /** Starts an attestor and returns its base URL. */
  async serve(signer: Wallet): Promise<string> {
    const attestor = new Attestor({
      signer,
      domain: { chainId: CHAIN_ID, benchmarkRegistry: this.registry },
      source: new ChainMeasurements(this.context.contracts, this.context.sender.provider),
      compute: async (seed, lanes) => this.pool.compute(seed, lanes),
      computeRoot: async (digests) => this.pool.root(digests),
      secret: Buffer.from(signer.privateKey),
      logger: silent,
      samples: 4,
    });
    const server = createAttestorServer(attestor, silent);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#servers.push(server);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.urls.push(url);
    return url;
  }
}
