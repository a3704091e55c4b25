import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { DAY, WAD, deployMeasured } from "./support/reputation.ts";

/** A storage slot read cold. */
const COLD_READ = 2_100n;

interface Sent {
  wait(): Promise<{ gasUsed: bigint } | null>;
}

// Reputation.recordCompleted: gas
// ├── nothing pushed, not the first of a day: at most 12,000 beside the transaction and the authority
// └── the first of a day: one new slot, and the length of the history
describe("Reputation.recordCompleted: gas", function () {
  it("costs at most 12,000 when nothing is pushed, and one new slot more at the first change of a day", async function () {
    const { reputation, market, benchmark } = await loadFixture(deployMeasured);
    const recorder = reputation.connect(market);
    const gasOf = async (call: Promise<Sent>) => (await (await call).wait())?.gasUsed ?? 0n;
    // A restricted call that only looks at one slot: transaction, authority and that slot.
    const overhead = (await gasOf(reputation.connect(benchmark).recordMeasured(1))) - COLD_READ;

    for (let day = 0; day < 2; day++) {
      await networkHelpers.time.increase(DAY);
      await recorder.recordCompleted(1, WAD);
    }
    await networkHelpers.time.increase(600n);
    const sameDay = (await gasOf(recorder.recordCompleted(1, WAD))) - overhead;
    await networkHelpers.time.increase(DAY);
    const nextDay = (await gasOf(recorder.recordCompleted(1, WAD))) - overhead;
    expect(sameDay <= 12_000n, `${sameDay}`).to.equal(true);
    expect(nextDay - sameDay <= 33_000n, `${nextDay}`).to.equal(true);
  });
});
