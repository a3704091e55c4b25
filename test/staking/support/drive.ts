// Drives the real vault and slasher, and their model, through the same random calls.
import type { Interface, LogDescription } from "ethers";

import { SlashModel } from "../../../packages/sdk/src/staking/slash-model.ts";
import { type StakeDirectory, StakeModel, StakeRefusal } from "../../../packages/sdk/src/staking/stake-model.ts";
import { deploySuite, ethers, networkHelpers, DeviceClass } from "../../support/fixtures.ts";
import { FUNDS, StakingRoles, deployStakingOn, fund } from "./staking.ts";

export const ACTORS = 6;
export const NODES = 3;

/** One call: what the chain does, and what the model does, which returns the expected word or refuses. */
export interface DrivenCall {
  readonly label: string;
  readonly actor: number;
  readonly target: string;
  readonly data: string;
  readonly node: number;
  readonly model: (world: ModelWorld, now: bigint) => bigint | boolean | void;
}

/** The model of everything that the driver shows. */
export class ModelWorld {
  readonly operators = new Map<number, string>();
  readonly closed = new Map<number, "exited" | "removed">();
  readonly balances = new Map<string, bigint>();
  readonly offences = new Map<number, bigint>();
  readonly vault: StakeModel;
  readonly slasher: SlashModel;
  treasury = 0n;
  /** CXT wei that came to the vault and belongs to nobody. */
  donated = 0n;

  constructor() {
    const directory: StakeDirectory = {
      operatorOf: (node) => this.operators.get(node),
      isOpen: (node) => this.operators.has(node) && !this.closed.has(node),
    };
    this.vault = new StakeModel(directory);
    this.slasher = new SlashModel(this.vault, (node) => this.closed.get(node) === "removed");
  }

  balanceOf(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  pay(account: string, amount: bigint): void {
    this.balances.set(account, this.balanceOf(account) + amount);
  }

  /** What `StakingDriver.stateOf` must answer. */
  stateOf(node: number, actors: readonly string[], now: bigint): bigint[] {
    const data = this.vault.nodeStake(node);
    const owed = actors.reduce((sum, actor) => sum + this.slasher.owedTo(actor), 0n);
    return [
      data.tokens,
      data.totalShares,
      data.changedAt | (data.places << 64n),
      data.stayingShares,
      data.committedShares,
      data.held,
      data.slashed,
      data.amountDown(data.stayingShares),
      data.boost,
      data.toldBps | ((this.offences.get(node) ?? 0n) << 64n),
      this.vault.totalStaked,
      ...data.positions.flatMap((position) =>
        position === undefined
          ? [0n, 0n, 0n, 0n, 0n]
          : [
              BigInt(position.owner),
              position.period,
              position.maturesAt,
              position.shares,
              data.amountDown(position.shares),
            ],
      ),
      ...this.slasher.lastOffenceOf(node),
      this.slasher.recentlySlashed(node, now),
      this.slasher.slashable(node, now),
      this.vault.totalStaked + this.donated,
      owed,
      this.treasury,
      ...actors.flatMap((actor) => [this.balanceOf(actor), this.slasher.owedTo(actor)]),
    ];
  }
}

/** The driver with its accounts funded: 1 to 3 operate nodes 1 to 3, the others stake; the driver holds every role. */
export async function deployDriven() {
  const suite = await deployStakingOn(await deploySuite({ sealed: false }));
  const { manager, registry, vault, slasher, scheduler, reputation } = suite;
  const driver = await ethers.deployContract("StakingDriver");
  const abi: Interface = driver.interface;
  await driver.getFunction("connect")(vault, slasher, scheduler, reputation);
  for (const role of [StakingRoles.SLASHER, StakingRoles.LIABILITY, StakingRoles.JUDGE, 2n]) {
    await manager.grantRole!(role, driver, 0);
  }
  const actors: string[] = [];
  for (let number = 1; number <= ACTORS; number++) {
    const actor = (await driver.getFunction("actor")(number)) as string;
    actors.push(actor);
    await fund(suite, actor, FUNDS);
  }
  const registrations = actors.slice(0, NODES).map((actor, index) => ({
    actor: index + 1,
    target: registry.target,
    data: registry.interface.encodeFunctionData("register", [actor, DeviceClass.GPU, ""]),
    node: index + 1,
  }));
  await driver.getFunction("run")(registrations);

  /** Runs `calls` in one block at second `now`; returns what the driver announced about each. */
  const run = async (calls: readonly DrivenCall[], now: bigint): Promise<LogDescription[]> => {
    await networkHelpers.time.setNextBlockTimestamp(now);
    const steps = calls.map(({ actor, target, data, node }) => ({ actor, target, data, node }));
    const sent = (await driver.getFunction("run")(steps, { gasLimit: 16_000_000n })) as {
      wait(): Promise<{ logs: readonly { address: string; topics: string[]; data: string }[] } | null>;
    };
    const receipt = await sent.wait();
    const address = await driver.getAddress();
    return (receipt?.logs ?? [])
      .filter((log) => log.address === address)
      .map((log) => abi.parseLog(log))
      .filter((log) => log !== null);
  };
  const addresses = {
    vaultAt: await vault.getAddress(),
    slasherAt: await slasher.getAddress(),
    tokenAt: await suite.token.getAddress(),
    registryAt: await registry.getAddress(),
  };
  return { ...suite, driver, actors, addresses, run };
}

export type Driven = Awaited<ReturnType<typeof deployDriven>>;

/** A fresh model of what `deployDriven` deployed. */
export function modelOf(driven: Driven): ModelWorld {
  const world = new ModelWorld();
  for (const [index, actor] of driven.actors.entries()) {
    if (index < NODES) world.operators.set(index + 1, actor);
    world.pay(actor, FUNDS);
  }
  return world;
}

/** What the model says of `call`: the word it returns, or the name of the error. */
export function expected(
  world: ModelWorld,
  call: DrivenCall,
  now: bigint,
): { success: boolean; word: bigint; error: string } {
  try {
    const result = call.model(world, now);
    return { success: true, word: BigInt(result ?? 0n), error: "" };
  } catch (error) {
    if (!(error instanceof StakeRefusal)) throw error;
    return { success: false, word: 0n, error: error.name };
  }
}
