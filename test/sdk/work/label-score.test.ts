import { expect } from "chai";
import fc from "fast-check";

import { createPrng } from "../../../packages/sdk/src/data/prng.ts";
import { NO_LABEL } from "../../../packages/sdk/src/work/label-rule.ts";
import { agreementDown, scoreLabels } from "../../../packages/sdk/src/work/label-score.ts";

const label = fc.integer({ min: NO_LABEL, max: 3 });
const pairs = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 40 });
const split = (list: [number, number][]): [number[], number[]] => [list.map(([a]) => a), list.map(([, b]) => b)];

/** Uniform labels of 2,000 items. */
function random(seed: string, classes: number): number[] {
  const prng = createPrng(seed);
  return Array.from({ length: 2000 }, () => prng.below(classes));
}

// agreementDown
// ├── it is plain agreement times Cohen's kappa, by an independent formula in doubles
// ├── it is symmetric, 100 for equal labels, about 0 for independent ones, 0 for opposite ones
// ├── it never falls when one more item agrees
// └── when no item has both labels
//     └── it is undefined
describe("work.agreementDown", function () {
  it("is plain agreement times Cohen's kappa", function () {
    fc.assert(
      fc.property(pairs, (list) => {
        const both = list.filter(([a, b]) => a !== NO_LABEL && b !== NO_LABEL);
        fc.pre(both.length > 0);
        const n = both.length;
        const plain = both.filter(([a, b]) => a === b).length / n;
        const chance = [0, 1, 2, 3].reduce((sum, c) => {
          const share = (i: 0 | 1): number => both.filter((pair) => pair[i] === c).length / n;
          return sum + share(0) * share(1);
        }, 0);
        const kappa = chance === 1 ? 1 : Math.max(0, (plain - chance) / (1 - chance));
        const exact = 100 * plain * kappa;
        const found = agreementDown(...split(list));
        // Doubles may land on either side of a whole number.
        expect(found).to.be.within(Math.floor(exact - 1e-9), Math.floor(exact + 1e-9));
      }),
    );
  });

  it("is symmetric, and 100 for equal labels", function () {
    fc.assert(
      fc.property(pairs, (list) => {
        const [a, b] = split(list);
        expect(agreementDown(a, b)).to.equal(agreementDown(b, a));
        if (a.some((value) => value !== NO_LABEL)) expect(agreementDown(a, a)).to.equal(100);
      }),
    );
  });

  it("is about 0 for independent labels, and for a labeller that always says the same", function () {
    for (const classes of [2, 3, 10]) {
      expect(agreementDown(random("a", classes), random("b", classes)), `${classes} classes`).to.be.at.most(3);
      expect(agreementDown(random("a", classes), random("a", classes).fill(0))).to.equal(0);
    }
    expect(agreementDown([0, 1, 0, 1], [1, 0, 1, 0])).to.equal(0);
  });

  it("never falls when one more item agrees", function () {
    fc.assert(
      fc.property(pairs, fc.nat(), (list, at) => {
        const [a, b] = split(list.map(([x, y]) => [Math.max(x, 0), Math.max(y, 0)]));
        const place = at % a.length;
        const better = a.map((value, i) => (i === place ? (b[i] ?? 0) : value));
        expect(agreementDown(better, b) ?? 0).to.be.at.least(agreementDown(a, b) ?? 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("is undefined when no item has both labels", function () {
    expect(agreementDown([], [])).to.equal(undefined);
    expect(agreementDown([0, NO_LABEL], [NO_LABEL, 1])).to.equal(undefined);
  });
});

// scoreLabels
// ├── it weighs the sibling twice, the reference once, and multiplies with the coverage
// ├── when one of them is missing, it is the other alone
// ├── when both are missing, there is no score
// └── when nothing is labelled, it is 0
describe("work.scoreLabels", function () {
  const labels = [0, 1, 0, 1];

  it("weighs sibling and reference, and multiplies with the coverage", function () {
    expect(scoreLabels(labels, labels, labels)).to.deep.equal({
      score: 100,
      coverage: 100,
      sibling: 100,
      reference: 100,
    });
    // plain 3/4, kappa (12 - 8) / (16 - 8): 37
    expect(scoreLabels(labels, [0, 1, 0, 0], labels).score).to.equal(Math.floor((2 * 37 + 100) / 3));
    expect(scoreLabels(labels, labels, [0, 1, 0, 0]).score).to.equal(Math.floor((2 * 100 + 37) / 3));
    const half = scoreLabels([0, 1, NO_LABEL, NO_LABEL], labels, labels);
    expect([half.score, half.coverage]).to.deep.equal([50, 50]);
  });

  it("uses what there is", function () {
    expect(scoreLabels(labels, [0, 1, 0, 0], undefined)).to.deep.equal({ score: 37, coverage: 100, sibling: 37 });
    expect(scoreLabels(labels, undefined, [0, 1, 0, 0])).to.deep.equal({ score: 37, coverage: 100, reference: 37 });
    expect(scoreLabels(labels, undefined, undefined)).to.deep.equal({ coverage: 100 });
    expect(scoreLabels(labels, [NO_LABEL, NO_LABEL, NO_LABEL, NO_LABEL], labels).score).to.equal(100);
  });

  it("is 0 for labels of nothing, whatever there is to compare with", function () {
    const nothing = [NO_LABEL, NO_LABEL];
    expect(scoreLabels(nothing, [0, 1], [0, 1]).score).to.equal(0);
    expect(scoreLabels(nothing, undefined, undefined).score).to.equal(0);
  });

  it("is always a whole number from 0 to 100", function () {
    const list = fc.array(fc.tuple(label, label, label), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(list, (triples) => {
        const column = (i: 0 | 1 | 2): number[] => triples.map((triple) => triple[i]);
        const { score = 0 } = scoreLabels(column(0), column(1), column(2));
        expect(Number.isInteger(score) && score >= 0 && score <= 100).to.equal(true);
      }),
    );
  });
});
