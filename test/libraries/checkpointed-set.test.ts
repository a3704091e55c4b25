// The set against a model that keeps a copy of the whole array for every second.
import { expect } from "chai";
import fc from "fast-check";

import { ethers, loadFixture } from "../support/fixtures.ts";

const SEED = 20_261_122;
const IDS = 8;

interface Change {
  adds: boolean;
  id: bigint;
  timestamp: bigint;
}

async function deploySet() {
  return { set: await ethers.deployContract("CheckpointedSetHarness") };
}

/** An array with swap-and-pop, and its copies. */
class Model {
  ids: bigint[] = [];
  readonly history = new Map<bigint, bigint[]>();

  apply({ adds, id, timestamp }: Change): void {
    if (adds) {
      this.ids = [...this.ids, id];
    } else {
      const last = this.ids.at(-1) ?? 0n;
      this.ids = this.ids.map((member) => (member === id ? last : member)).slice(0, -1);
    }
    this.history.set(timestamp, this.ids);
  }

  at(timestamp: bigint): bigint[] {
    const known = [...this.history.keys()].filter((second) => second <= timestamp);
    const latest = known.reduce((a, b) => (b > a ? b : a), -1n);
    return this.history.get(latest) ?? [];
  }
}

/** Toggles ids at growing times: each step adds the id if it is absent, and removes it if it is there. */
function changesOf(steps: readonly (readonly [id: number, pause: number])[]): Change[] {
  const members = new Set<number>();
  let timestamp = 1_000n;
  return steps.map(([id, pause]) => {
    timestamp += BigInt(pause);
    const adds = !members.has(id);
    if (adds) members.add(id);
    else members.delete(id);
    return { adds, id: BigInt(id), timestamp };
  });
}

// CheckpointedSet
// ├── when a member is added again it reverts with CheckpointedSetMember(id)
// ├── when a stranger is removed it reverts with CheckpointedSetNotMember(id)
// ├── the last member can leave and come back
// └── after any changes, it answers for every second as the model does
describe("CheckpointedSet", function () {
  it("reverts with CheckpointedSetMember(id)", async function () {
    const { set } = await loadFixture(deploySet);
    await set.getFunction("apply_")([{ adds: true, id: 7, timestamp: 1 }]);
    await expect(set.getFunction("apply_")([{ adds: true, id: 7, timestamp: 2 }]))
      .to.be.revertedWithCustomError(set, "CheckpointedSetMember")
      .withArgs(7n);
  });

  it("reverts with CheckpointedSetNotMember(id)", async function () {
    const { set } = await loadFixture(deploySet);
    await expect(set.getFunction("apply_")([{ adds: false, id: 7, timestamp: 1 }]))
      .to.be.revertedWithCustomError(set, "CheckpointedSetNotMember")
      .withArgs(7n);
  });

  it("lets the last member leave and come back", async function () {
    const { set } = await loadFixture(deploySet);
    await set.getFunction("apply_")([
      { adds: true, id: 7, timestamp: 1 },
      { adds: false, id: 7, timestamp: 2 },
      { adds: true, id: 9, timestamp: 3 },
    ]);
    const [ids, beyond] = (await set.getFunction("membersAt")([0, 1, 2, 3])) as [bigint[][], bigint];
    expect(ids.map((members) => [...members])).to.deep.equal([[], [7n], [], [9n]]);
    expect(beyond).to.equal(0n);
    expect(await set.getFunction("contains")(7)).to.equal(false);
    expect(await set.getFunction("contains")(9)).to.equal(true);
  });

  it("answers for every second as the model does", async function () {
    const step = fc.tuple(fc.integer({ min: 1, max: IDS }), fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 })));
    const runs = fc.sample(fc.array(step, { minLength: 25, maxLength: 60 }), { numRuns: 40, seed: SEED });
    let changesSeen = 0;
    for (const steps of runs) {
      const { set } = await loadFixture(deploySet);
      const changes = changesOf(steps);
      const model = new Model();
      for (const change of changes) model.apply(change);
      await set.getFunction("apply_")(changes);
      changesSeen += changes.length;

      const end = (changes.at(-1)?.timestamp ?? 0n) + 2n;
      const seconds = Array.from({ length: Number(end - 998n) }, (_, index) => 999n + BigInt(index));
      const [ids, beyond] = (await set.getFunction("membersAt")(seconds)) as [bigint[][], bigint];
      expect(ids.map((members) => [...members])).to.deep.equal(seconds.map((second) => model.at(second)));
      expect(beyond).to.equal(0n);
      expect([...((await set.getFunction("members")()) as bigint[])]).to.deep.equal(model.ids);
    }
    expect(changesSeen).to.be.greaterThan(1_000);
  });
});
