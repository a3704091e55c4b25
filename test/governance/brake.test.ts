// What a stopped module still does: everything but new work.
import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";
import { BPS, DAY, deploySuite, loadFixture, mine, nextPeriod, time, type Suite } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";
import { deployRounds } from "../support/rounds/suite.ts";
import { RoundTask } from "../support/rounds/task.ts";
import { deployWork } from "../support/work/suite.ts";
import { WorkTask } from "../support/work/task.ts";

const EXITED = 4n;
/** Seconds: long enough for the test, and short enough for nodes to be alive afterwards. */
const STOP = 600;

/** A task whose first fragment is its only one that can be drawn now. */
interface StoppedTask {
  readonly id: string;
  /** CXT wei that the owner deposits. */
  readonly deposit: bigint;
  publish(): Promise<unknown>;
  /** Waits for the entropy and draws. */
  assign(): Promise<unknown>;
  /** Draws now. */
  draw(): Promise<unknown>;
  /** Delivers what was drawn, until it is paid. */
  deliver(): Promise<unknown>;
  cancel(): Promise<unknown>;
}

/** Gives an account of the suite the right to stop modules. */
async function withBrakeman<S extends Suite>(suite: S) {
  const brakeman = suite.signer(12);
  await suite.accessManager.grantRole(ROLES.BRAKE, brakeman, 0);
  return { ...suite, brakeman };
}

async function deployBraking() {
  return withBrakeman(await deploySuite());
}

async function deployTasks() {
  const suite = await deployBraking();
  const { market, owner } = suite;
  const create = async (nonce: bigint): Promise<StoppedTask> => {
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 1, nonce });
    return {
      id: task.id,
      deposit: task.totalFee,
      publish: async () => task.publish(),
      assign: async () => task.assign(0),
      draw: async () => market.assign(task.terms, 0),
      deliver: async () => task.submit(0),
      cancel: async () => market.connect(owner).cancel(task.terms),
    };
  };
  return { ...suite, create };
}

async function deployRoundTasks() {
  const suite = await withBrakeman(await deployRounds());
  const { rounds, roundEscrow, owner } = suite;
  const create = async (nonce: bigint): Promise<StoppedTask> => {
    const task = await RoundTask.create(suite, { owner, lanes: 1n, nonce });
    return {
      id: task.id,
      deposit: task.totalFee,
      publish: async () => task.publish(),
      assign: async () => task.assign(0),
      draw: async () => rounds.assign(task.terms, 0),
      deliver: async () => task.submit(0),
      cancel: async () => rounds.connect(owner).cancel(task.terms),
    };
  };
  return { ...suite, escrow: roundEscrow, create };
}

async function deployWorkTasks() {
  const suite = await withBrakeman(await deployWork());
  const { work, workEscrow, asReview, owner } = suite;
  const create = async (nonce: bigint): Promise<StoppedTask> => {
    const task = await WorkTask.create(suite, { owner, fragments: 1n, nonce });
    return {
      id: task.id,
      deposit: task.deposit,
      publish: async () => task.publish(),
      assign: async () => task.assign(0),
      draw: async () => work.assign(task.terms, 0),
      deliver: async () => {
        await task.submit(0);
        await asReview.accept(task.terms, 0, BPS);
      },
      cancel: async () => work.connect(owner).cancel(task.terms),
    };
  };
  return { ...suite, escrow: workEscrow, create };
}

const SCENES = [
  ["tasks", deployTasks],
  ["rounds", deployRoundTasks],
  ["work", deployWorkTasks],
] as const;

// Brake on the scheduler and the registry (INV-BRK-1)
// ├── draws stop in each market; what was drawn is settled and paid; owners cancel; it ends by itself
// ├── registrations stop; nodes live on and leave
// ├── bounds and cool-down hold for each module by itself
// └── nobody else stops anything
describe("Brake on the scheduler and the registry (INV-BRK-1)", function () {
  for (const [name, deploy] of SCENES) {
    it(`stops draws of ${name} alone: what was drawn is paid, owners cancel, and it ends by itself`, async function () {
      const scene = await loadFixture(deploy);
      const { scheduler, escrow, owner, brakeman } = scene;
      const heldFor = async (task: StoppedTask) => escrow.heldFor(task.id);
      const [drawn, young, decided] = [await scene.create(0n), await scene.create(1n), await scene.create(2n)] as const;
      await drawn.publish();
      await drawn.assign();
      await scheduler.connect(brakeman).brake(STOP);
      const until = await scheduler.brakedUntil();

      // What was drawn is delivered and paid.
      await drawn.deliver();
      expect(await heldFor(drawn)).to.be.lessThan(drawn.deposit);

      // What no draw was decided of is refunded at once.
      const before = await escrow.owedTo(owner);
      await young.publish();
      await young.cancel();
      expect((await escrow.owedTo(owner)) - before).to.equal(young.deposit);

      // What is decided waits for the end of the stop: then it is drawn, or its draw has lapsed and it is refunded.
      await decided.publish();
      await mine(10);
      await time.setNextBlockTimestamp(until - 1n);
      await expect(decided.draw())
        .to.be.revertedWithCustomError(scheduler, "BrakeActive")
        .withArgs(until, until - 1n);
      await decided.cancel();
      const owed = await escrow.owedTo(owner);
      expect(owed - before - young.deposit + (await heldFor(decided))).to.equal(decided.deposit);
      expect(await heldFor(decided)).to.be.greaterThan(0n);
      await nextPeriod(scene);
      await decided.draw();
      expect(await heldFor(decided)).to.equal(0n);
      expect((await escrow.owedTo(owner)) - before).to.equal(young.deposit + decided.deposit);
      const later = await scene.create(3n);
      await later.publish();
      await later.assign();
    });
  }

  it("stops registrations alone: nodes live, change their payout and leave", async function () {
    const { nodeRegistry, operators, stranger, brakeman } = await loadFixture(deployBraking);
    const [first, second] = operators;
    await nodeRegistry.connect(brakeman).brake(DAY);
    const until = await nodeRegistry.brakedUntil();
    await time.setNextBlockTimestamp(until - 1n);
    const register = async () => nodeRegistry.connect(stranger).register(stranger, 0, "ipfs://node");
    await expect(register())
      .to.be.revertedWithCustomError(nodeRegistry, "BrakeActive")
      .withArgs(until, until - 1n);
    await nodeRegistry.connect(brakeman).release();
    await time.increase(30 * DAY);
    await nodeRegistry.connect(brakeman).brake(DAY);
    await nodeRegistry.connect(first.signer).heartbeat();
    await nodeRegistry.connect(first.signer).setPayout(stranger);
    await nodeRegistry.connect(second.signer).exit();
    expect(await nodeRegistry.statusOf(second.node)).to.equal(EXITED);
    await expect(register()).to.be.revertedWithCustomError(nodeRegistry, "BrakeActive");
    await time.setNextBlockTimestamp(await nodeRegistry.brakedUntil());
    await register();
    expect(await nodeRegistry.nodeOf(stranger)).to.be.greaterThan(0n);
  });

  it("keeps its bounds for each module by itself", async function () {
    const { scheduler, nodeRegistry, brakeman } = await loadFixture(deployBraking);
    for (const module of [scheduler, nodeRegistry]) {
      const by = module.connect(brakeman);
      await expect(by.brake(7 * DAY + 1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await by.brake(7 * DAY);
      await expect(by.brake(1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await by.release();
      await expect(by.release()).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await time.increase(30 * DAY - 10);
      await expect(by.brake(1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await time.increase(10);
      await expect(by.brake(DAY)).to.emit(module, "Braked");
    }
  });

  it("is nobody else's to pull or to let go", async function () {
    const { scheduler, nodeRegistry, stranger, owner } = await loadFixture(deployBraking);
    for (const module of [scheduler, nodeRegistry]) {
      for (const caller of [stranger, owner]) {
        await expect(module.connect(caller).brake(1)).to.be.revertedWithCustomError(
          module,
          "AccessManagedUnauthorized",
        );
        await expect(module.connect(caller).release()).to.be.revertedWithCustomError(
          module,
          "AccessManagedUnauthorized",
        );
      }
      expect(await module.brakedUntil()).to.equal(0n);
    }
  });
});
