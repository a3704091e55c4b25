import { expect } from "chai";

import { attributeGas, intrinsicGas } from "../../scripts/bench/profile.ts";
import { compareGas } from "../../scripts/bench/snapshot.ts";

const ENTRY = "0x1111111111111111111111111111111111111111";
const CALLEE = "0x2222222222222222222222222222222222222222";
const PAIRING = "0x08";

describe("compareGas", function () {
  it("accepts a difference of one percent", function () {
    expect(compareGas({ call: 101 }, { call: 100 }, { complete: true })).to.deep.equal([]);
  });

  for (const [name, gas] of [
    ["more", 102],
    ["less", 98],
  ] as const) {
    it(`names an operation that costs ${name}`, function () {
      const [line = ""] = compareGas({ call: gas }, { call: 100 }, { complete: true });
      expect(line).to.contain("call:").and.to.contain("%");
    });
  }

  it("names an operation that the snapshot lacks", function () {
    expect(compareGas({ call: 1, extra: 2 }, { call: 1 }, { complete: true })).to.have.length(1);
  });

  it("names an operation that is not measured any more, only when all were to be measured", function () {
    expect(compareGas({}, { call: 1 }, { complete: true })).to.deep.equal(["call: not measured any more"]);
    expect(compareGas({}, { call: 1 }, { complete: false })).to.deep.equal([]);
  });
});

describe("intrinsicGas", function () {
  it("counts 4 for a zero byte and 16 for any other", function () {
    expect(intrinsicGas("0x00ff00")).to.deep.equal({ intrinsic: 21_024, zeros: 2, nonZeros: 1 });
  });
});

describe("attributeGas", function () {
  const call = (op: string, to: string) => ({ op, stack: ["0x0", to, "0xffff"] });

  it("gives a caller the price of the call and the callee what it spent", function () {
    const costs = attributeGas(
      [
        { op: "SLOAD", depth: 1, gas: 1_000, gasCost: 210 },
        { ...call("CALL", CALLEE), depth: 1, gas: 790, gasCost: 700 },
        { op: "LOG1", depth: 2, gas: 500, gasCost: 75 },
        { op: "RETURN", depth: 2, gas: 425, gasCost: 5 },
        { op: "STOP", depth: 1, gas: 610, gasCost: 0 },
      ],
      ENTRY,
    );
    // The call took 790 - 610 = 180, of which the callee spent 80.
    expect(costs[ENTRY]).to.include({ "storage reads": 210, calls: 100, other: 0 });
    expect(costs[CALLEE]).to.include({ events: 75, other: 5 });
  });

  it("keeps a precompile, which has no frame, with its caller", function () {
    const costs = attributeGas(
      [
        { ...call("STATICCALL", PAIRING), depth: 1, gas: 1_000, gasCost: 900 },
        { op: "STOP", depth: 1, gas: 200, gasCost: 0 },
      ],
      ENTRY,
    );
    expect(costs[ENTRY]).to.include({ precompiles: 800, calls: 0 });
  });
});
