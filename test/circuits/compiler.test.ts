import { join } from "node:path";

import { expect } from "chai";

import { repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { CircomError, runCircom } from "../../scripts/circuits/lib/circom.ts";
import { countInstance } from "../../scripts/circuits/lib/count-constraints.ts";

/** Too short for any run of the compiler. */
const NO_TIME = 0.001;

// runCircom
// └── when the compiler does not exit in time, three times
//     └── it throws, and not as if the source were rejected
// countInstance
// ├── when the sources have been compiled before
// │   └── it does not run the compiler
// └── when the compiler rejects the instance
//     └── it throws CircomError
describe("compiler", function () {
  this.timeout(60_000);

  it("is given up when it does not exit in time, three times", function () {
    const source = join(repositoryRoot(), "circuits/main/linear_gradient_8x8.circom");
    const directory = join(repositoryRoot(), "circuits/build/hung");
    const run = (): unknown => runCircom(source, directory, { outputs: ["r1cs"], timeoutSeconds: NO_TIME });
    expect(run).to.throw(Error, "did not exit within 0.001 s, 3 times").and.not.instanceOf(CircomError);
  });

  it("runs once per content", function () {
    const first = countInstance("inner_product", "InnerProduct(7)");
    expect(first).to.deep.equal({ nonLinear: 7, linear: 0 });
    expect(countInstance("inner_product", "InnerProduct(7)", { timeoutSeconds: NO_TIME })).to.deep.equal(first);
  });

  it("rejects an instance beyond a bound", function () {
    expect(() => countInstance("inner_product", "InnerProduct(0)")).to.throw(CircomError, "False assert reached");
  });
});
