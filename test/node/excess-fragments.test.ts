import { expect } from "chai";

import { excessFragments } from "@corex/node/services/excess-fragments";
import type { OpenFragment } from "@corex/node/markets/open-fragment";

const NOW = 1_000_000;

/** A fragment with `left` of `duration` seconds left; only what the function reads. */
function fragment(chain: number, left: number, duration = 600): OpenFragment {
  return { key: { chain }, duration, cursor: { deadline: NOW + left } } as unknown as OpenFragment;
}

const chainsOf = (fragments: readonly OpenFragment[]) => fragments.map(({ key }) => key.chain);

// excessFragments
// ├── when everything can be done one after the other: nothing
// ├── when the queue is too long: what comes too late, and only that
// ├── what is past half of its time cannot be given back, and keeps its place
// └── the most urgent come first, whatever their order
describe("excessFragments", function () {
  it("is nothing while there is time for all", function () {
    expect(excessFragments([], NOW, 10)).to.deep.equal([]);
    const four = [1, 2, 3, 4].map((chain) => fragment(chain, 600));
    expect(excessFragments(four, NOW, 10)).to.deep.equal([]);
    expect(excessFragments(four, NOW, 100)).to.deep.equal([]);
  });

  it("is what comes too late, with a margin of a half", function () {
    const five = [1, 2, 3, 4, 5].map((chain) => fragment(chain, 60, 60));
    expect(chainsOf(excessFragments(five, NOW, 10))).to.deep.equal([5]);
    expect(chainsOf(excessFragments(five, NOW, 20))).to.deep.equal([3, 4, 5]);
    expect(chainsOf(excessFragments(five, NOW, 41))).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it("leaves alone what can no longer be given back, which keeps its place in the queue", function () {
    const late = fragment(1, 29, 60);
    const lastSecond = fragment(2, 30, 60);
    expect(chainsOf(excessFragments([late, lastSecond], NOW, 20))).to.deep.equal([2]);
    expect(chainsOf(excessFragments([late], NOW, 1_000))).to.deep.equal([]);
  });

  it("serves the most urgent first, whatever their order, and skips none that fits", function () {
    const [soon, later, latest] = [fragment(1, 40, 60), fragment(2, 50, 60), fragment(3, 60, 60)];
    expect(chainsOf(excessFragments([latest, soon, later], NOW, 20))).to.deep.equal([2]);
  });
});
