import { expect } from "chai";

import { NodeStatus, ethers } from "../support/fixtures.ts";

/** The whole table, written again: from -> to. */
const MOVES: readonly (readonly [from: keyof typeof NodeStatus, to: readonly (keyof typeof NodeStatus)[]])[] = [
  ["None", ["Registered"]],
  ["Registered", ["Active", "Suspended", "Exited", "Removed"]],
  ["Active", ["Registered", "Suspended", "Exited", "Removed"]],
  ["Suspended", ["Registered", "Exited", "Removed"]],
  ["Exited", []],
  ["Removed", []],
];

// NodeLifecycle.canMove: exactly the transitions of the table, for all 36 pairs
// NodeLifecycle.isWorking: Registered and Active alone
describe("NodeLifecycle", function () {
  it("has exactly the transitions of the table", async function () {
    const harness = await ethers.deployContract("LibraryHarness");
    for (const [from, targets] of MOVES) {
      for (const [to, value] of Object.entries(NodeStatus)) {
        expect(await harness.getFunction("canMove")(NodeStatus[from], value), `${from} -> ${to}`).to.equal(
          targets.some((target) => target === to),
        );
      }
    }
  });

  it("lets registered and active nodes work, and no others", async function () {
    const harness = await ethers.deployContract("LibraryHarness");
    for (const [name, status] of Object.entries(NodeStatus)) {
      expect(await harness.getFunction("isWorking")(status), name).to.equal(name === "Registered" || name === "Active");
    }
  });
});
