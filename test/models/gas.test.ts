import { expect } from "chai";
import { encodeBytes32String, id } from "ethers";

import { contributionProof } from "../../packages/sdk/src/models/contribution-tree.ts";
import { loadFixture, time } from "../support/market/suite.ts";
import { at, listOf, trainChild, trainedRounds, WINDOW } from "./support/trained.ts";
import { gasOf } from "../support/gas.ts";

const PRINT = process.env["COREX_GAS"] !== undefined;
/** Of a block of 30 million gas. */
const HALF_A_BLOCK = 15_000_000n;

// Gas of whole transactions: execution, intrinsic cost and calldata. COREX_GAS=1 prints every figure.
describe("Gas of models", function () {
  it("of a registration stays within its target", async function () {
    const trained = await loadFixture(trainedRounds);
    const { models, owner, model } = trained;
    await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 1n });
    const [first, child] = await models.queryFilter(models.filters.ModelRegistered());
    const gas = async (log = first): Promise<bigint> => (await log?.getTransactionReceipt())?.gasUsed ?? 0n;
    if (PRINT) process.stdout.write(`      gas register, first and a child: ${await gas()}, ${await gas(child)}\n`);
    expect(await gas()).to.be.within(1n, 420_000n);
    expect(await gas(child)).to.be.within(1n, 320_000n);
  });

  it("of names, metrics and contributions stays within its targets", async function () {
    const { contributions, models, modelMetrics, owner, stranger, model, records, list } =
      await loadFixture(trainedRounds);
    const name = await gasOf("name a model", models.connect(owner).nameModel(model, encodeBytes32String("label")));
    const metric = encodeBytes32String("accuracy");
    const attest = await gasOf("attest", modelMetrics.attest(model, metric, 10n ** 18n, id("evidence")));
    await gasOf("attest again", modelMetrics.attest(model, metric, 10n ** 17n, id("evidence")));
    const post = await gasOf("post 3 nodes", contributions.connect(owner).post(model, list));
    const { node, fragments } = at(list, 0);
    const asStranger = contributions.connect(stranger);
    await gasOf("count 9 fragments", asStranger.countRounds(model, node, 0, records));
    await time.increase(WINDOW);
    const claim = await gasOf("claim", asStranger.claim(model, node, fragments, contributionProof(list, node)));
    await contributions.connect(owner).fund(model, 900n);
    const collect = await gasOf("collect", asStranger.collect(model, node));
    await gasOf("return the bond", asStranger.returnBond(model));
    expect(name).to.be.at.most(150_000n);
    expect(attest).to.be.at.most(260_000n);
    expect(post).to.be.at.most(280_000n);
    expect(claim).to.be.at.most(85_000n);
    expect(collect).to.be.at.most(112_000n);
  });

  it("posts and refutes the longest list within half a block, and counts at a bounded price a fragment", async function () {
    const { contributions, owner, stranger, model, records } = await loadFixture(trainedRounds);
    const longest = Array.from({ length: 512 }, (_, index) => ({ node: BigInt(index + 1), fragments: 1n }));
    const post = await gasOf("post 512 nodes", contributions.connect(owner).post(model, longest));
    // A page of 200 fragments: any will do, for what they cost.
    const page = Array.from({ length: 200 }, (_, index) => at(records, index % records.length));
    const asStranger = contributions.connect(stranger);
    const count = await gasOf("count 200 fragments", asStranger.countRounds(model, 1, 0, page));
    const node = at(listOf(records), 0).node;
    await asStranger.countRounds(model, node, 0, records);
    const refute = await gasOf("refute 512 nodes", asStranger.refute(model, longest, node));
    expect(post).to.be.at.most(HALF_A_BLOCK);
    expect(refute).to.be.at.most(HALF_A_BLOCK);
    expect(count / 200n).to.be.at.most(6_000n);
  });
});
