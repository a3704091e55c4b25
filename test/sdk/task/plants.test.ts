import { expect } from "chai";
import { AbiCoder, concat, id, keccak256 } from "ethers";

import { isPlant, noPlants, plantRoot, provePlant, type Plant } from "@corex/sdk/task/plants";

import { expectCorexError } from "../store/support/expect-corex-error.ts";

const plants: Plant[] = [2, 7, 11].map((fragment) => ({
  fragment,
  result: id(`result ${fragment}`),
  salt: id(`salt ${fragment}`),
}));

/** `ReviewRules`: the leaf is hashed twice, inner nodes are sorted pairs. */
function leafOf({ fragment, result, salt }: Plant): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(["uint32", "bytes32", "bytes32"], [fragment, result, salt]);
  return keccak256(concat([keccak256(encoded)]));
}

function rootFrom(leaf: string, proof: readonly string[]): string {
  return proof.reduce((node, other) => keccak256(concat(node < other ? [node, other] : [other, node])), leaf);
}

// plants
// ├── every plant has a proof that leads from its leaf to the root
// ├── isPlant is true of them alone
// └── when there is no plant, or two of one fragment
//     └── it throws TASK_INVALID
describe("plants", function () {
  it("have proofs that lead from their leaf to the root", function () {
    const root = plantRoot(plants);
    for (const plant of plants) {
      const { proof } = provePlant(plants, plant.fragment);
      expect(rootFrom(leafOf(plant), proof)).to.equal(root);
    }
    const [single] = plants;
    if (single === undefined) throw new Error("no plant");
    expect(plantRoot([single])).to.equal(leafOf(single));
  });

  it("are told from everything else", function () {
    const root = plantRoot(plants);
    const plant = provePlant(plants, 7);
    expect(isPlant(root, plant)).to.equal(true);
    expect(isPlant(root, { ...plant, fragment: 8 })).to.equal(false);
    expect(isPlant(root, { ...plant, result: id("other") })).to.equal(false);
    expect(isPlant(root, { ...plant, salt: id("other") })).to.equal(false);
    expect(isPlant(root, { ...plant, proof: plant.proof.slice(1) })).to.equal(false);
    expect(isPlant(root, { ...plant, proof: ["0x12"] })).to.equal(false);
    expect(isPlant(noPlants(), plant)).to.equal(false);
  });

  it("are refused when they are none, or two of one fragment", async function () {
    await expectCorexError(() => plantRoot([]), "TASK_INVALID", /no plant/);
    await expectCorexError(() => plantRoot([...plants, ...plants]), "TASK_INVALID", /more than one/);
    await expectCorexError(() => provePlant(plants, 3), "TASK_INVALID", /fragment 3/);
  });
});
