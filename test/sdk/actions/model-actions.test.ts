import { expect } from "chai";
import { encodeBytes32String, id } from "ethers";

import { attestMetric } from "../../../packages/sdk/src/actions/attest-metric.ts";
import { claimContribution } from "../../../packages/sdk/src/actions/claim-contribution.ts";
import { collectContribution } from "../../../packages/sdk/src/actions/collect-contribution.ts";
import { countRoundFragments } from "../../../packages/sdk/src/actions/count-round-fragments.ts";
import { countStepFragments } from "../../../packages/sdk/src/actions/count-step-fragments.ts";
import { createSender } from "../../../packages/sdk/src/actions/create-sender.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { fundContributors } from "../../../packages/sdk/src/actions/fund-contributors.ts";
import { nameModel } from "../../../packages/sdk/src/actions/name-model.ts";
import { postContributions } from "../../../packages/sdk/src/actions/post-contributions.ts";
import { refuteContributions } from "../../../packages/sdk/src/actions/refute-contributions.ts";
import { returnPostingBond } from "../../../packages/sdk/src/actions/return-posting-bond.ts";
import { connect } from "../../../packages/sdk/src/contracts/connect.ts";
import { CONTRACT_NAMES, type ContractName } from "../../../packages/sdk/src/contracts/deployment.ts";
import { contributionsOf } from "../../../packages/sdk/src/models/contribution-tree.ts";
import { readAttestedMetrics } from "../../../packages/sdk/src/models/read-attested-metrics.ts";
import { readContributions } from "../../../packages/sdk/src/models/read-contributions.ts";
import { readMetrics } from "../../../packages/sdk/src/models/read-metrics.ts";
import { readModelTree } from "../../../packages/sdk/src/models/read-model-tree.ts";
import { readModelVersions } from "../../../packages/sdk/src/models/read-model-versions.ts";
import { at, BOND, trainChild, trainedChains, WINDOW, type Trained } from "../../models/support/trained.ts";
import { loadFixture, time, type Signer } from "../../support/market/suite.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const LABEL = encodeBytes32String("classifier");

/** The suite as the SDK sees it, for an account. */
async function contextOf(trained: Trained, signer: Signer): Promise<ActionContext> {
  const { models, modelMetrics, contributions, token } = trained;
  const known: Partial<Record<ContractName, string>> = {
    ModelRegistry: await models.getAddress(),
    ModelMetrics: await modelMetrics.getAddress(),
    ModelContributions: await contributions.getAddress(),
    CorexToken: await token.getAddress(),
  };
  const nowhere = await token.getAddress();
  const addresses = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, known[name] ?? nowhere]));
  const contracts = connect({ chainId: 31_337, contracts: addresses as Record<ContractName, string> }, signer);
  return { contracts, sender: await createSender(signer) };
}

async function world() {
  const trained = await loadFixture(trainedChains);
  return {
    ...trained,
    asOwner: await contextOf(trained, trained.owner),
    asStranger: await contextOf(trained, trained.stranger),
  };
}

const naming = (value: string): RegExp => new RegExp(value);

describe("actions on models", function () {
  it("name versions and read the tree of descent", async function () {
    const trained = await world();
    const { asOwner, asStranger, owner, model } = trained;
    const { contracts } = asOwner;
    const child = await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 1n });
    const grandchild = await trainChild(trained, owner, child, { initialWeights: 90_000n, nonce: 2n });
    const second = await trainChild(trained, owner, model, { initialWeights: 90_001n, nonce: 3n });
    expect((await nameModel(asOwner, model, LABEL)).result).to.equal(1n);
    expect((await nameModel(asOwner, child, LABEL)).result).to.equal(2n);
    expect(await readModelVersions(contracts, owner.address, LABEL)).to.deep.equal([model, child]);
    expect(await readModelVersions(contracts, owner.address, LABEL, { offset: 1 })).to.deep.equal([child]);
    await expectCorexError(() => nameModel(asOwner, child, LABEL), "CHAIN_MODELREGISTRY_NAMED", /version: 2/);
    await expectCorexError(
      () => nameModel(asStranger, second, LABEL),
      "CHAIN_MODELREGISTRY_NOTMODELOWNER",
      naming(second),
    );

    const leaf = (name: string) => ({ model: name, children: [] });
    const tree = { model, children: [{ model: child, children: [leaf(grandchild)] }, leaf(second)] };
    expect(await readModelTree(contracts, model)).to.deep.equal(tree);
    expect(await readModelTree(contracts, model, 4)).to.deep.equal(tree);
    expect(await readModelTree(contracts, second, 1)).to.deep.equal(leaf(second));
    for (const limit of [1, 2, 3]) {
      await expectCorexError(
        () => readModelTree(contracts, model, limit),
        "MODEL_TREE_TOO_LARGE",
        naming(`than ${limit} `),
      );
    }
    await expectCorexError(
      () => readModelTree(contracts, id("unknown")),
      "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
      naming(id("unknown")),
    );
  });

  it("attest metrics, which are marked apart from proved ones", async function () {
    const { asOwner, asStranger, stranger, model, chainModel } = await world();
    const { contracts } = asOwner;
    const said = { model, name: encodeBytes32String("recall"), value: -5n, evidence: id("evidence") };
    await attestMetric(asOwner, said);
    await attestMetric(asStranger, { ...said, value: 7n });
    const all = await readAttestedMetrics(contracts, model);
    expect(all.map(({ source, value }) => [source, value])).to.deep.equal([
      ["attested", -5n],
      ["attested", 7n],
    ]);
    expect(await readAttestedMetrics(contracts, model, { attestor: stranger.address })).to.deep.equal(all.slice(1));
    expect(await readAttestedMetrics(contracts, model, { offset: 1, limit: 1 })).to.deep.equal(all.slice(1));
    expect((await readMetrics(contracts, model)).source).to.equal("proved");
    expect((await readMetrics(contracts, chainModel)).source).to.equal("none");
    await expectCorexError(
      () => attestMetric(asOwner, { ...said, model: id("unknown") }),
      "CHAIN_MODELREGISTRY_UNKNOWNMODEL",
      naming(id("unknown")),
    );
  });

  it("post, claim, fund and collect contributions", async function () {
    const { asOwner, asStranger, token, nodeRegistry, model, records, owner, stranger } = await world();
    const { contracts } = asOwner;
    expect(await readContributions(contracts, model)).to.equal(undefined);
    const list = contributionsOf(records);
    const { result: root } = await postContributions(asOwner, model, list);
    const { node, fragments } = at(list, 0);
    await expectCorexError(
      () => claimContribution(asStranger, model, list, node),
      "CHAIN_MODELCONTRIBUTIONS_OPEN",
      /finalAt: \d+/,
    );
    await time.increase(WINDOW);
    await returnPostingBond(asStranger, model);
    await claimContribution(asStranger, model, list, node);
    await expectCorexError(
      () => claimContribution(asStranger, model, list, 77n),
      "MODEL_NOT_A_CONTRIBUTOR",
      naming("node 77 is not in the list"),
    );
    await expectCorexError(
      () => claimContribution(asStranger, model, list, node),
      "CHAIN_MODELCONTRIBUTIONS_CLAIMED",
      /node: \d+/,
    );
    await fundContributors(asOwner, model, 900n);
    const payout = await nodeRegistry.payoutOf(node);
    const before = await token.balanceOf(payout);
    expect((await collectContribution(asStranger, model, node)).result).to.equal(100n * fragments);
    expect(await token.balanceOf(payout)).to.equal(before + 100n * fragments);
    await expectCorexError(
      () => collectContribution(asStranger, model, node),
      "CHAIN_MODELCONTRIBUTIONS_NOTHINGTOCOLLECT",
      naming(model),
    );
    const { finalAt, ...posted } = (await readContributions(contracts, model)) ?? { finalAt: 0 };
    const expected = { root, poster: owner.address, isFinal: true, nodes: list.length, total: 9n, funded: 900n };
    expect(posted).to.deep.equal(expected);
    expect(finalAt).to.be.at.most(await time.latest());
    expect(await token.balanceOf(stranger)).to.equal(0n);
  });

  it("count fragments of both kinds of tasks and refute a list that leaves a node out", async function () {
    const { asOwner, asStranger, token, stranger, model, chainModel, chains, records } = await world();
    const [left, ...wrong] = contributionsOf(records);
    const { node, fragments } = left ?? { node: 0n, fragments: 0n };
    await postContributions(asOwner, model, wrong);
    const counted = await countRoundFragments(asStranger, { model, node, records });
    expect(counted).to.deep.equal({ counted: fragments, complete: true });
    await refuteContributions(asStranger, model, wrong, node);
    expect(await token.balanceOf(stranger)).to.equal(BOND / 2n);
    expect(await readContributions(asOwner.contracts, model)).to.equal(undefined);
    await expectCorexError(
      () => refuteContributions(asStranger, model, wrong, node),
      "CHAIN_MODELCONTRIBUTIONS_NOTPOSTED",
      naming(model),
    );

    const list = contributionsOf(chains.flat());
    await postContributions(asOwner, chainModel, list);
    for (const entry of list) {
      const found = await countStepFragments(asStranger, { model: chainModel, node: entry.node, chains });
      expect(found).to.deep.equal({ counted: entry.fragments, complete: true });
      await expectCorexError(
        () => refuteContributions(asStranger, chainModel, list, entry.node),
        "CHAIN_MODELCONTRIBUTIONS_HOLDS",
        naming(`posted: ${entry.fragments}, counted: ${entry.fragments}, complete: true`),
      );
    }
  });
});
