import { expect } from "chai";
import { id, parseEther, ZeroAddress, ZeroHash } from "ethers";

import { acceptDataset } from "../../../packages/sdk/src/actions/accept-dataset.ts";
import { buyDatasetAccessWithPermit } from "../../../packages/sdk/src/actions/buy-dataset-access-with-permit.ts";
import { buyDatasetAccess } from "../../../packages/sdk/src/actions/buy-dataset-access.ts";
import { publishDatasetVersion } from "../../../packages/sdk/src/actions/publish-dataset-version.ts";
import { readDatasetAccess } from "../../../packages/sdk/src/actions/read-dataset-access.ts";
import { readDataset } from "../../../packages/sdk/src/actions/read-dataset.ts";
import { registerDataset, type DatasetTerms } from "../../../packages/sdk/src/actions/register-dataset.ts";
import { retireDataset } from "../../../packages/sdk/src/actions/retire-dataset.ts";
import { setDatasetCollaborators } from "../../../packages/sdk/src/actions/set-dataset-collaborators.ts";
import { setDatasetPrice } from "../../../packages/sdk/src/actions/set-dataset-price.ts";
import { transferDataset } from "../../../packages/sdk/src/actions/transfer-dataset.ts";
import { withdrawDatasetShare } from "../../../packages/sdk/src/actions/withdraw-dataset-share.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const PRICE = parseEther("100");
const TERMS: DatasetTerms = {
  manifest: id("manifest"),
  shardRoot: id("shards"),
  schemaHash: id("schema"),
  preprocessingHash: id("recipe"),
  licence: id("licence"),
  parent: ZeroHash,
  price: PRICE,
  shards: 4,
  rows: 1_000n,
};

const naming = (value: string): RegExp => new RegExp(value);

describe("actions on datasets", function () {
  let world: ActionWorld;

  beforeEach(async function () {
    world = await ActionWorld.create();
    await world.giveCxt(world.stranger.sender.address, parseEther("1000"));
  });

  afterEach(async function () {
    await world.close();
  });

  it("register, share, sell, publish another version and withdraw", async function () {
    const { operator, stranger, admin, suite } = world;
    const { contracts } = suite;
    const { result: dataset } = await registerDataset(operator, TERMS);
    const collaborators = [
      { account: operator.sender.address, shareBps: 7_500 },
      { account: admin.sender.address, shareBps: 2_500 },
    ];
    await setDatasetCollaborators(operator, dataset, collaborators);
    const { registeredAt, ...summary } = await readDataset(contracts, dataset);
    expect(registeredAt).to.be.above(0);
    const expected = { dataset, terms: TERMS, owner: operator.sender.address, line: dataset, version: 1 };
    const now = { latest: dataset, price: PRICE, sales: 0, retired: false, collaborators };
    expect(summary).to.deep.equal({ ...expected, ...now });

    const buyer = stranger.sender.address;
    expect(await readDatasetAccess(contracts, dataset, buyer)).to.deep.equal({ granted: false });
    // What the buyer would have paid at most is not left as an allowance.
    const { result: paid } = await buyDatasetAccess(stranger, { dataset, maxPrice: PRICE + 1n });
    expect(paid).to.equal(PRICE);
    const registry = suite.deployment.contracts.DatasetRegistry;
    expect(await contracts.token.allowance(buyer, registry)).to.equal(0n);
    const { granted, receipt } = await readDatasetAccess(contracts, dataset, buyer);
    expect([granted, receipt?.paid, receipt?.version]).to.deep.equal([true, PRICE, 1]);

    const next = { ...TERMS, manifest: id("second"), schemaHash: id("wider") };
    const { result: second } = await publishDatasetVersion(operator, dataset, next);
    expect(await readDataset(contracts, second)).to.include({ version: 2, latest: second, line: dataset });
    expect((await readDatasetAccess(contracts, second, buyer)).granted).to.equal(true);

    const share = (parseEther("95") * 3n) / 4n;
    expect((await withdrawDatasetShare(operator)).result).to.equal(share);
    expect((await withdrawDatasetShare(stranger, admin.sender.address)).result).to.equal(parseEther("95") - share);
    expect(await contracts.token.balanceOf(operator.sender.address)).to.equal(share);
  });

  it("refuse with codes and named arguments, and take nothing", async function () {
    const { operator, stranger, suite } = world;
    const balance = async (): Promise<bigint> => suite.contracts.token.balanceOf(stranger.sender.address);
    const before = await balance();
    const unknown = id("unknown");
    const { result: dataset } = await registerDataset(operator, TERMS);
    await expectCorexError(
      () => buyDatasetAccess(stranger, { dataset: unknown, maxPrice: PRICE }),
      "CHAIN_DATASETREGISTRY_UNKNOWNDATASET",
      naming(unknown),
    );
    await expectCorexError(
      () => readDataset(suite.contracts, unknown),
      "CHAIN_DATASETREGISTRY_UNKNOWNDATASET",
      naming(unknown),
    );
    await expectCorexError(
      () => readDatasetAccess(suite.contracts, unknown, stranger.sender.address),
      "CHAIN_DATASETREGISTRY_UNKNOWNDATASET",
      naming(unknown),
    );
    await expectCorexError(
      () => registerDataset(operator, TERMS),
      "CHAIN_DATASETREGISTRY_DATASETEXISTS",
      naming(dataset),
    );
    await expectCorexError(
      () => registerDataset(operator, { ...TERMS, rows: 0n }),
      "CHAIN_DATASETREGISTRY_EMPTYTERM",
      /term: 0x726f7773/,
    );
    // Derived from what was not paid for.
    await expectCorexError(
      () => registerDataset(stranger, { ...TERMS, parent: dataset }),
      "CHAIN_DATASETREGISTRY_NOACCESS",
      naming(stranger.sender.address),
    );
    await setDatasetPrice(operator, dataset, PRICE + 1n);
    await expectCorexError(
      () => buyDatasetAccess(stranger, { dataset, maxPrice: PRICE }),
      "CHAIN_DATASETREGISTRY_PRICEABOVE",
      new RegExp(`price: ${PRICE + 1n}, maxPrice: ${PRICE}`),
    );
    await expectCorexError(
      () => buyDatasetAccess(stranger, { dataset, grantee: operator.sender.address, maxPrice: PRICE + 1n }),
      "CHAIN_DATASETREGISTRY_ALREADYGRANTED",
      naming(operator.sender.address),
    );
    await expectCorexError(
      () => setDatasetPrice(stranger, dataset, 0n),
      "CHAIN_DATASETREGISTRY_NOTOWNER",
      naming(stranger.sender.address),
    );
    await expectCorexError(
      () => setDatasetCollaborators(operator, dataset, [{ account: operator.sender.address, shareBps: 9_999 }]),
      "CHAIN_DATASETREGISTRY_SHARESUM",
      /sumBps: 9999, expectedBps: 10000/,
    );
    await retireDataset(operator, dataset);
    await expectCorexError(
      () => buyDatasetAccess(stranger, { dataset, maxPrice: PRICE + 1n }),
      "CHAIN_DATASETREGISTRY_RETIRED",
      naming(dataset),
    );
    await expectCorexError(() => withdrawDatasetShare(operator), "CHAIN_DATASETREGISTRY_NOTHINGOWED", /account: 0x/);
    expect(await balance()).to.equal(before);
  });

  it("hand a dataset over to who takes the offer, and to nobody else", async function () {
    const { operator, stranger, admin, suite } = world;
    const { contracts } = suite;
    const { result: dataset } = await registerDataset(operator, TERMS);
    const [taker, other] = [stranger.sender.address, admin.sender.address];
    await expectCorexError(
      () => transferDataset(stranger, dataset, taker),
      "CHAIN_DATASETREGISTRY_NOTOWNER",
      naming(taker),
    );
    await transferDataset(operator, dataset, other);
    await transferDataset(operator, dataset, taker);
    expect(await contracts.datasetRegistry.offeredTo(dataset)).to.equal(taker);
    const refused = "CHAIN_DATASETREGISTRY_NOTOFFERED";
    await expectCorexError(() => acceptDataset(admin, dataset), refused, new RegExp(`offeredTo: ${taker}`));
    await transferDataset(operator, dataset, ZeroAddress);
    await expectCorexError(() => acceptDataset(stranger, dataset), refused, new RegExp(`caller: ${taker}`));
    expect((await readDataset(contracts, dataset)).owner).to.equal(operator.sender.address);

    await transferDataset(operator, dataset, taker);
    await acceptDataset(stranger, dataset);
    expect((await readDataset(contracts, dataset)).owner).to.equal(taker);
    await setDatasetPrice(stranger, dataset, 1n);
    await expectCorexError(
      () => setDatasetPrice(operator, dataset, 2n),
      "CHAIN_DATASETREGISTRY_NOTOWNER",
      new RegExp(`owner: ${taker}`),
    );
  });

  it("sell access for a signature, in one transaction", async function () {
    const { operator, stranger, suite, connection } = world;
    const { contracts } = suite;
    const { result: dataset } = await registerDataset(operator, TERMS);
    const buyer = stranger.sender.address;
    const signer = await connection.ethers.getSigner(buyer);
    const now = await connection.networkHelpers.time.latest();
    const input = { dataset, maxPrice: PRICE, signer, deadline: now + 3_600 };
    const another = await connection.ethers.getSigner(operator.sender.address);
    await expectCorexError(
      () => buyDatasetAccessWithPermit(stranger, { ...input, signer: another }),
      "CONFIG_INVALID",
      `${operator.sender.address} signs, but ${buyer} sends and pays`,
    );
    await expectCorexError(
      () => buyDatasetAccessWithPermit(stranger, { ...input, deadline: now - 1 }),
      "CHAIN_ERC20_INSUFFICIENTALLOWANCE",
      /allowance: 0/,
    );
    await expectCorexError(
      () => buyDatasetAccessWithPermit(stranger, { ...input, maxPrice: PRICE - 1n }),
      "CHAIN_DATASETREGISTRY_PRICEABOVE",
      new RegExp(`price: ${PRICE}, maxPrice: ${PRICE - 1n}`),
    );

    const sent = await stranger.sender.provider.getTransactionCount(buyer);
    expect((await buyDatasetAccessWithPermit(stranger, input)).result).to.equal(PRICE);
    expect(await stranger.sender.provider.getTransactionCount(buyer)).to.equal(sent + 1);
    expect((await readDatasetAccess(contracts, dataset, buyer)).receipt?.paid).to.equal(PRICE);

    // For somebody else, with a signature for more than the price: what is left of the allowance is withdrawn.
    const grantee = world.admin.sender.address;
    const generous = { ...input, grantee, maxPrice: PRICE + 1n };
    expect((await buyDatasetAccessWithPermit(stranger, generous)).result).to.equal(PRICE);
    const registry = suite.deployment.contracts.DatasetRegistry;
    expect(await contracts.token.allowance(buyer, registry)).to.equal(0n);
    expect((await readDatasetAccess(contracts, dataset, grantee)).granted).to.equal(true);
    expect(await contracts.token.balanceOf(buyer)).to.equal(parseEther("1000") - 2n * PRICE);
  });
});
