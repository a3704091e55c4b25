import { expect } from "chai";

import { accepts, compileSum, fits, forAll, provablePerceptrons } from "./support/exhaustive.ts";
import { naiveLinear } from "./support/naive-model.ts";

// One sample and one feature of very few bits, with a sum for a hash
// ├── LinearGradient: for all 4-bit batches and weights, no gradient near the right one but it is accepted
// ├── LinearGradient: for all 3-bit ones, exactly the right gradient of all is accepted
// ├── LinearGradientK: for all 2-bit ones and two outputs, exactly the right gradients of all are accepted
// └── MlpGradient: for all 3-bit batches and weights, exactly those whose values stay in range are accepted

describe("gradients of tiny formats, exhaustively", function () {
  this.timeout(300_000);

  it("LinearGradient of 4 bits accepts the gradient and none next to it", async function () {
    const circuit = compileSum("linear_gradient", "LinearGradient(1, 1, 4, 1)");
    await forAll([4, 4, 4], async (x, y, w) => {
      const { gradient } = naiveLinear([[x]], [[y]], [[w]], { m: 1, d: 1, k: 1, F: 1 });
      const exact = gradient[0]?.[0] ?? 0n;
      for (const g of [exact - 1n, exact, exact + 1n]) {
        const accepted = g === exact && fits(g, 4);
        expect(await accepts(circuit, { X: [[x]], y: [y], w: [w], g: [g] }), `${x}, ${y}, ${w}: ${g}`).to.equal(
          accepted,
        );
      }
    });
  });

  it("LinearGradient of 3 bits accepts exactly the right gradient of all", async function () {
    const circuit = compileSum("linear_gradient", "LinearGradient(1, 1, 3, 1)");
    await forAll([3, 3, 3, 3], async (x, y, w, g) => {
      const { gradient } = naiveLinear([[x]], [[y]], [[w]], { m: 1, d: 1, k: 1, F: 1 });
      const accepted = gradient[0]?.[0] === g;
      expect(await accepts(circuit, { X: [[x]], y: [y], w: [w], g: [g] }), `${x}, ${y}, ${w}: ${g}`).to.equal(accepted);
    });
  });

  it("LinearGradientK of 2 bits accepts exactly the right gradients of all", async function () {
    const circuit = compileSum("linear_gradient_k", "LinearGradientK(1, 1, 2, 2, 2, 1)");
    await forAll([2, 2, 2, 2, 2], async (x, y0, y1, w0, w1) => {
      const [X, Y, W] = [[[x]], [[y0, y1]], [[w0, w1]]];
      const { gradient } = naiveLinear(X, Y, W, { m: 1, d: 1, k: 2, F: 1 });
      const residual = [x * w0 - 2n * y0, x * w1 - 2n * y1];
      const C = [y0, y1].map((y) => residual.map((r) => y * r));
      await forAll([2, 2], async (g0, g1) => {
        const G = [[g0, g1]];
        // The remainders that fit the claim: in range for the right gradient only. S = 2.
        const R = [residual.map((r, l) => x * r + 2n - 4n * (G[0]?.[l] ?? 0n))];
        const accepted = G.flat().every((g, l) => g === gradient[0]?.[l]);
        expect(await accepts(circuit, { X, Y, W, G, R, C }), [x, y0, y1, w0, w1, g0, g1].join()).to.equal(accepted);
      });
    });
  });

  it("MlpGradient of 3 bits accepts exactly the batches and weights whose values stay in range", async function () {
    expect(await provablePerceptrons(3)).to.be.within(1000, 4000);
  });
});
