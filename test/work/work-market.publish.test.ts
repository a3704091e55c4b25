import { expect } from "chai";
import { encodeBytes32String, id, ZeroHash } from "ethers";

import { register } from "../data/support/datasets.ts";
import { lastTicket } from "../support/market/draw.ts";
import { CXT, time } from "../support/market/suite.ts";
import { deployWork, loadFixture } from "../support/work/suite.ts";
import { Kind, Verification, WorkTask, type WorkOptions, type WorkTerms } from "../support/work/task.ts";

/** A third of the 3,000 CXT that a draw of the local deployment may be worth. */
const MAX_FEE = 1_000n * CXT;
const MIN_FEE = 64n * 10n ** 12n;

interface Refused {
  readonly given?: Omit<WorkOptions, "owner">;
  readonly change: Partial<WorkTerms>;
  /** The bounds that the error names; a term that is empty, or that contradicts others, has none. */
  readonly bounds?: readonly [bigint, bigint];
  readonly error?: "MarketEmptyTerm" | "WorkMarketInvalidTerms";
}

const DAYS = 86_400n;
const labels = { kind: Kind.Labelling };
const proof = { verification: Verification.Proof };

/** Terms that both `publish` and `publishNetwork` refuse, by the one term that is wrong. */
const REFUSED: readonly Refused[] = [
  { change: { fragments: 0n }, bounds: [1n, 64n] },
  { change: { fragments: 65n }, bounds: [1n, 64n] },
  { given: labels, change: { fragments: 3n }, error: "WorkMarketInvalidTerms" },
  { change: { paired: true }, error: "WorkMarketInvalidTerms" },
  { given: labels, change: { paired: false }, error: "WorkMarketInvalidTerms" },
  { change: { acceptScore: 1n }, bounds: [0n, 0n] },
  { given: labels, change: { acceptScore: 0n }, bounds: [1n, 100n] },
  { given: labels, change: { acceptScore: 101n }, bounds: [1n, 100n] },
  { change: { fragmentDuration: 59n }, bounds: [60n, 7n * DAYS] },
  { change: { fragmentDuration: 7n * DAYS + 1n }, bounds: [60n, 7n * DAYS] },
  { change: { device: 5n }, bounds: [0n, 4n] },
  { change: { minTier: 5n }, bounds: [0n, 4n] },
  { change: { workUnits: 0n }, bounds: [1n, 10n ** 9n] },
  { change: { workUnits: 10n ** 9n + 1n }, bounds: [1n, 10n ** 9n] },
  { given: labels, change: { workUnits: 10n ** 6n + 1n }, bounds: [1n, 10n ** 6n] },
  { given: { kind: Kind.Features }, change: { workUnits: 10n ** 9n + 1n }, bounds: [1n, 10n ** 9n] },
  { given: { kind: Kind.Preprocessing }, change: { workUnits: 10n ** 8n + 1n }, bounds: [1n, 10n ** 8n] },
  { given: { kind: Kind.Training }, change: { workUnits: 10n ** 10n + 1n }, bounds: [1n, 10n ** 10n] },
  { change: { spec: ZeroHash }, error: "MarketEmptyTerm" },
  { change: { manifest: ZeroHash }, error: "MarketEmptyTerm" },
  { change: { plantRoot: ZeroHash }, error: "MarketEmptyTerm" },
  { change: { verifiers: 1n }, bounds: [3n, 15n] },
  { change: { verifiers: 17n }, bounds: [3n, 15n] },
  { change: { verifiers: 4n }, error: "WorkMarketInvalidTerms" },
  { given: proof, change: { verifiers: 3n }, bounds: [0n, 0n] },
  { change: { voteDuration: 599n }, bounds: [600n, 43_200n] },
  { change: { voteDuration: 43_201n }, bounds: [600n, 43_200n] },
  { change: { challengeDuration: 3_599n }, bounds: [3_600n, DAYS] },
  { change: { challengeDuration: DAYS + 1n }, bounds: [3_600n, DAYS] },
  { given: proof, change: { circuit: ZeroHash }, error: "WorkMarketInvalidTerms" },
  { given: { verification: Verification.Both }, change: { circuit: ZeroHash }, error: "WorkMarketInvalidTerms" },
  { given: proof, change: { weights: 0n }, error: "MarketEmptyTerm" },
  { given: proof, change: { inputRoot: ZeroHash }, error: "MarketEmptyTerm" },
  { change: { weights: 1n }, error: "WorkMarketInvalidTerms" },
  { change: { inputRoot: id("root") }, error: "WorkMarketInvalidTerms" },
  { given: proof, change: { workUnits: 31n }, bounds: [32n, 32n] },
];

// WorkMarket.publish, WorkMarket.publishNetwork (what they share)
// ├── when the terms name another owner than the caller
// │   └── it reverts with MarketNotOwner(caller, owner)
// ├── when a count, duration or score is out of bounds, a hash is zero, or terms contradict each other
// │   └── it reverts with MarketTermOutOfBounds, MarketEmptyTerm or WorkMarketInvalidTerms
// ├── when the circuit is unknown, retired, or proves something else
// │   └── it reverts with the registry's error, or MarketWrongSchema(circuit, schema)
// ├── when the owner has no access to the dataset
// │   └── it reverts with WorkMarketNoAccess(dataset, owner)
// └── given the very same task exists
//     └── it reverts with WorkMarketTaskExists(task)
for (const network of [false, true]) {
  const name = network ? "publishNetwork" : "publish";
  describe(`WorkMarket.${name}: terms`, function () {
    async function prepared(options: Omit<WorkOptions, "owner"> = {}) {
      const suite = await loadFixture(deployWork);
      const caller = network ? suite.admin : suite.owner;
      const task = await WorkTask.create(suite, { network, ...options, owner: caller });
      return { ...suite, suite, caller, task, publish: suite.work.connect(caller)[name] };
    }

    it("reverts when the terms name another owner", async function () {
      const { work, stranger, caller, task, publish } = await prepared();
      await expect(publish({ ...task.terms, owner: stranger.address }))
        .to.be.revertedWithCustomError(work, "MarketNotOwner")
        .withArgs(caller, stranger);
    });

    for (const { given, change, bounds, error } of REFUSED) {
      const [[term, value] = ["", 0n]] = Object.entries(change);
      it(`reverts when ${term} is ${value} (${JSON.stringify(given ?? {}, (_, v: unknown) => String(v))})`, async function () {
        const { work, task, publish } = await prepared(given);
        const call = expect(publish({ ...task.terms, ...change })).to.be.revertedWithCustomError(
          work,
          error ?? "MarketTermOutOfBounds",
        );
        const label = encodeBytes32String(term);
        await (bounds === undefined ? call.withArgs(label) : call.withArgs(label, value, ...bounds));
      });
    }

    it("reverts for a circuit that is unknown, retired, or proves something else", async function () {
      const { work, task, publish, circuitRegistry, circuits } = await prepared(proof);
      await expect(publish({ ...task.terms, circuit: id("no circuit") })).to.be.revertedWithCustomError(
        circuitRegistry,
        "CircuitRegistryUnknownCircuit",
      );
      await expect(publish({ ...task.terms, circuit: circuits.gradient.id }))
        .to.be.revertedWithCustomError(work, "MarketWrongSchema")
        .withArgs(circuits.gradient.id, id("weights,gradient,batch,loss,ctx"));
      await circuitRegistry.retire(circuits.evaluate.id);
      await expect(publish(task.terms)).to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryCircuitRetired");
    });

    it("reverts unless the owner has access to the dataset", async function () {
      const { work, task, publish, datasets, stranger, caller } = await prepared();
      const unknown = { ...task.terms, dataset: id("unknown") };
      await expect(publish(unknown))
        .to.be.revertedWithCustomError(datasets, "DatasetRegistryUnknownDataset")
        .withArgs(unknown.dataset);
      const dataset = await register({ datasets, owner: stranger });
      const terms = { ...task.terms, dataset };
      await expect(publish(terms)).to.be.revertedWithCustomError(work, "WorkMarketNoAccess").withArgs(dataset, caller);
      await datasets.connect(stranger).setPrice(dataset, 0n);
      await expect(publish(terms)).to.emit(work, "TaskPublished");
    });

    it("reverts when the very same task exists; another nonce makes another task", async function () {
      const { work, task, publish } = await prepared();
      await publish(task.terms);
      await expect(publish(task.terms)).to.be.revertedWithCustomError(work, "WorkMarketTaskExists").withArgs(task.id);
      await expect(publish({ ...task.terms, nonce: 1n })).to.emit(work, "TaskPublished");
    });
  });
}

// WorkMarket.publish
// ├── when a fee is less than its work is worth, or more than the entropy is good for
// │   └── it reverts with MarketTermOutOfBounds
// ├── when a jackpot is there without plants, or plants without a jackpot
// │   └── it reverts with MarketTermOutOfBounds
// ├── when the owner has not approved the deposit
// │   └── it reverts, and nothing is published
// └── it records the task, pulls everything it can cost, and takes one ticket for all draws
describe("WorkMarket.publish", function () {
  async function prepared(options: Omit<WorkOptions, "owner"> = {}) {
    const suite = await loadFixture(deployWork);
    const task = await WorkTask.create(suite, { ...options, owner: suite.owner });
    return { ...suite, suite, task, publish: suite.work.connect(suite.owner).publish };
  }
  const cases: readonly (Refused & { readonly bounds: readonly [bigint, bigint] })[] = [
    { change: { feePerFragment: MIN_FEE - 1n }, bounds: [MIN_FEE, MAX_FEE] },
    { change: { feePerFragment: MAX_FEE + 1n }, bounds: [MIN_FEE, MAX_FEE] },
    { change: { feePerVerifier: MIN_FEE - 1n }, bounds: [MIN_FEE, 50n * CXT] },
    { change: { feePerVerifier: 50n * CXT + 1n }, bounds: [MIN_FEE, 50n * CXT] },
    { given: proof, change: { feePerVerifier: 1n }, bounds: [0n, 0n] },
    { given: proof, change: { plants: 1n }, bounds: [0n, 0n] },
    { change: { plants: 5n }, bounds: [0n, 4n] },
    { change: { plants: 1n }, bounds: [1n, MAX_FEE] },
    { given: { plants: 1n }, change: { jackpot: MAX_FEE + 1n }, bounds: [1n, MAX_FEE] },
    { change: { jackpot: 1n }, bounds: [0n, 0n] },
  ];
  for (const { given, change, bounds } of cases) {
    const [[changed, value] = ["", 0n]] = Object.entries(change);
    // Plants without a jackpot: the jackpot is what is out of bounds.
    const [term, wrong] =
      changed === "plants" && value === 1n && given === undefined ? ["jackpot", 0n] : [changed, value];
    it(`reverts when ${changed} is ${value}`, async function () {
      const { work, task, publish } = await prepared(given);
      await expect(publish({ ...task.terms, ...change }))
        .to.be.revertedWithCustomError(work, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String(term), wrong, ...bounds);
    });
  }

  it("asks for no more than 50 CXT for a verdict, however much work it is", async function () {
    const { work, task, publish } = await prepared();
    const terms = { ...task.terms, workUnits: 10n ** 9n, feePerFragment: MAX_FEE, verifiers: 3n, fragments: 1n };
    await expect(publish({ ...terms, feePerVerifier: 50n * CXT })).to.emit(work, "TaskPublished");
    await expect(publish({ ...terms, feePerVerifier: 50n * CXT - 1n }))
      .to.be.revertedWithCustomError(work, "MarketTermOutOfBounds")
      .withArgs(encodeBytes32String("feePerVerifier"), 50n * CXT - 1n, 50n * CXT, 50n * CXT);
  });

  it("reverts without approval, and nothing is published", async function () {
    const { work, task, token, workEscrow, owner, publish } = await prepared();
    await token.connect(owner).approve(workEscrow, task.deposit - 1n);
    await expect(publish(task.terms)).to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance");
    expect((await work.stateOf(task.id)).status).to.equal(0n);
  });

  it("records the task and pulls everything it can cost", async function () {
    const { work, task, token, workEscrow, owner } = await prepared({ plants: 2n, jackpot: 3n * CXT });
    const before = await token.balanceOf(owner);
    const call = await task.publish();
    await expect(call).to.emit(work, "TaskPublished");
    expect(before - (await token.balanceOf(owner))).to.equal(
      4n * (10n + 2n * 3n) * CXT - (4n * 3n * 2n * 3n * CXT) / 4n + 6n * CXT,
    );
    expect(await workEscrow.heldFor(task.id)).to.equal(task.deposit);
    const state = await work.stateOf(task.id);
    expect([...state]).to.deep.equal([
      1n,
      false,
      500n,
      BigInt(await time.latest()),
      await lastTicket(),
      0n,
      0n,
      0n,
      2n,
    ]);
    const cursor = await work.cursorOf(task.id, 3);
    expect([cursor.ticket, cursor.requestedAt, cursor.node]).to.deep.equal([
      state.publishTicket,
      state.publishedAt,
      0n,
    ]);
    expect(await work.verificationLeftOf(task.terms, 3)).to.equal(task.reserve);
    expect(await work.verificationLeftOf(task.terms, 4)).to.equal(0n);
  });
});

// WorkMarket.publishNetwork
// ├── when the caller is not of operations
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when an amount is not zero
// │   └── it reverts with MarketTermOutOfBounds
// └── it pulls nothing
describe("WorkMarket.publishNetwork", function () {
  it("is for operations alone, and has no money in it", async function () {
    const suite = await loadFixture(deployWork);
    const { work, workEscrow, admin, owner } = suite;
    const task = await WorkTask.create(suite, { owner: admin, network: true });
    await expect(work.connect(owner).publishNetwork({ ...task.terms, owner: owner.address }))
      .to.be.revertedWithCustomError(work, "AccessManagedUnauthorized")
      .withArgs(owner);
    const amounts = { feePerFragment: 1n, feePerVerifier: 1n, jackpot: 1n };
    for (const [term, value] of Object.entries(amounts)) {
      await expect(work.publishNetwork({ ...task.terms, [term]: value }))
        .to.be.revertedWithCustomError(work, "MarketTermOutOfBounds")
        .withArgs(encodeBytes32String(term), value, 0n, 0n);
    }
    await expect(work.publishNetwork({ ...task.terms, plants: 1n, jackpot: 1n }))
      .to.be.revertedWithCustomError(work, "MarketTermOutOfBounds")
      .withArgs(encodeBytes32String("plants"), 1n, 0n, 0n);
    await task.publish();
    expect(await workEscrow.heldFor(task.id)).to.equal(0n);
    expect((await work.stateOf(task.id)).protocolFeeBps).to.equal(0n);
  });
});
