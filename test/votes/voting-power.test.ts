// The ledger of votes: who reports, what counts, what is remembered.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, networkHelpers, time } from "../support/market/suite.ts";
import { WHALE, deployGovernance, fund } from "../support/governance.ts";

const TOKEN = 0n;
const STAKE = 1n;
const CONTRIBUTION = 2n;

// VotingPower
// ├── seal: once, by the deploying account, with the pool first
// ├── reports: from each source alone
// ├── units: CXT, stake and contributions; none for the excluded (INV-VOT-1)
// ├── delegation: by call, by signature (wrong, replayed, late: refused); by nobody excluded
// ├── the past: what came later counts nothing; no lookup of now (INV-VOT-5)
// ├── contributions: at most 15 % (INV-VOT-4)
// └── reads like an ERC-20, transfers like none
describe("VotingPower", function () {
  it("is sealed once, by whoever deployed it, with the pool first and nobody who delegated", async function () {
    const [deployer, stranger, pool] = await ethers.getSigners();
    if (!deployer || !stranger || !pool) throw new Error("three signers needed");
    const votes = await ethers.deployContract("VotingPower");
    const token = await ethers.deployContract("CorexToken", [pool, votes]);
    const zero = ethers.ZeroAddress;
    await expect(token.connect(pool).transfer(stranger, 1n)).to.be.revertedWithCustomError(
      votes,
      "VotingPowerOnlySource",
    );
    await expect(votes.connect(stranger).seal(token, zero, zero, [pool]))
      .to.be.revertedWithCustomError(votes, "VotingPowerOnlySealer")
      .withArgs(stranger);
    await expect(votes.seal(token, zero, zero, [])).to.be.revertedWithCustomError(votes, "VotingPowerBadExclusion");
    await expect(votes.seal(token, zero, zero, [stranger])).to.be.revertedWithCustomError(
      votes,
      "VotingPowerBadExclusion",
    );
    await expect(votes.seal(token, zero, zero, Array(41).fill(pool.address))).to.be.revertedWithCustomError(
      votes,
      "VotingPowerBadExclusion",
    );
    await votes.connect(stranger).delegate(stranger);
    await expect(votes.seal(token, zero, zero, [pool, stranger]))
      .to.be.revertedWithCustomError(votes, "VotingPowerBadExclusion")
      .withArgs(stranger, 2n);
    expect(await votes.isSealed()).to.equal(false);
    await votes.seal(token, zero, zero, [pool]);
    await expect(votes.seal(token, zero, zero, [pool])).to.be.revertedWithCustomError(votes, "VotingPowerSealed");
    await token.connect(pool).transfer(stranger, 5n);
    expect(await votes.getVotes(stranger)).to.equal(5n);
  });

  it("believes each source alone, whoever else calls", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, whale, admin } = suite;
    for (const caller of [whale, admin]) {
      const by = votes.connect(caller);
      await expect(by.tokenMoved(ethers.ZeroAddress, caller, 1n))
        .to.be.revertedWithCustomError(votes, "VotingPowerOnlySource")
        .withArgs(TOKEN, caller);
      await expect(by.stakeChanged(caller, 0n, 1n))
        .to.be.revertedWithCustomError(votes, "VotingPowerOnlySource")
        .withArgs(STAKE, caller);
      await expect(by.contributionChanged(caller, 0n, 1n))
        .to.be.revertedWithCustomError(votes, "VotingPowerOnlySource")
        .withArgs(CONTRIBUTION, caller);
    }
  });

  it("adds up CXT, stake and contributions, and gives the excluded nothing (INV-VOT-1, INV-VOT-2)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, author, token, miningPool, vault, treasury, whale } = suite;
    const sources = [await votes.unitsOf(author, TOKEN), await votes.unitsOf(author, STAKE)];
    expect(sources[0]).to.equal(await token.balanceOf(author));
    expect(await votes.balanceOf(author)).to.equal(sources.reduce((sum, units) => sum + units, 0n));
    for (const excluded of [miningPool, vault, treasury]) expect(await votes.balanceOf(excluded)).to.equal(0n);
    const totals = [await votes.totalOf(TOKEN), await votes.totalOf(STAKE), await votes.totalOf(CONTRIBUTION)];
    expect(await votes.totalSupply()).to.equal(totals.reduce((sum, units) => sum + units, 0n));
    const before = await votes.totalSupply();
    await token.connect(whale).transfer(treasury, CXT);
    expect(await votes.totalSupply()).to.equal(before - CXT);
    await token.connect(whale).burn(CXT);
    expect(await votes.totalSupply()).to.equal(before - 2n * CXT);
    expect(await votes.getVotes(whale)).to.equal(WHALE - 2n * CXT);
  });

  it("delegates by signature, once, in time, for who signed", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, small, other, stranger } = suite;
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: "Corex Voting Power", version: "1", chainId, verifyingContract: await votes.getAddress() };
    const types = {
      Delegation: [
        { name: "delegatee", type: "address" },
        { name: "nonce", type: "uint256" },
        { name: "expiry", type: "uint256" },
      ],
    };
    const expiry = BigInt(await time.latest()) + 100n;
    const message = { delegatee: other.address, nonce: 0n, expiry };
    const { v, r, s } = ethers.Signature.from(await small.signTypedData(domain, types, message));
    const by = votes.connect(stranger);
    const before = await votes.getVotes(other);
    await by.delegateBySig(other, 0n, expiry, v, r, s);
    expect(await votes.getVotes(other)).to.equal(before + (await votes.balanceOf(small)));
    await expect(by.delegateBySig(other, 0n, expiry, v, r, s)).to.be.revertedWithCustomError(
      votes,
      "InvalidAccountNonce",
    );
    await time.increaseTo(expiry + 1n);
    await expect(by.delegateBySig(other, 1n, expiry, v, r, s)).to.be.revertedWithCustomError(
      votes,
      "VotesExpiredSignature",
    );
    expect(await votes.delegates(small)).to.equal(other.address);
  });

  it("moves all votes with one delegation, and refuses the excluded", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, author, small, vault } = suite;
    const units = await votes.balanceOf(author);
    const before = await votes.getVotes(small);
    await expect(votes.connect(author).delegate(small))
      .to.emit(votes, "DelegateChanged")
      .withArgs(author, author, small);
    expect(await votes.getVotes(small)).to.equal(before + units);
    const delegated = await votes.totalDelegated();
    await votes.connect(author).delegate(ethers.ZeroAddress);
    expect(await votes.totalDelegated()).to.equal(delegated - units);
    const address = await vault.getAddress();
    await networkHelpers.impersonateAccount(address);
    await networkHelpers.setBalance(address, CXT);
    await expect(votes.connect(await ethers.getSigner(address)).delegate(small))
      .to.be.revertedWithCustomError(votes, "VotingPowerExcluded")
      .withArgs(address);
  });

  it("remembers the past exactly, and does not look at the present second (INV-VOT-3, INV-VOT-5)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, whale, token, small } = suite;
    const at = await time.latest();
    const [before, total, delegated] = [
      await votes.getVotes(whale),
      await votes.totalSupply(),
      await votes.totalDelegated(),
    ];
    await expect(votes.getPastVotes(whale, at)).to.be.revertedWithCustomError(votes, "ERC5805FutureLookup");
    await time.increase(10);
    await token.connect(whale).transfer(small, 7n * CXT);
    await fund(suite, whale, 50n * CXT);
    expect(await votes.getPastVotes(whale, at)).to.equal(before);
    expect(await votes.getPastTotalSupply(at)).to.equal(total);
    expect(await votes.getPastTotalDelegated(at)).to.equal(delegated);
    expect(await votes.getVotes(whale)).to.equal(before + 43n * CXT);
    expect(await votes.getPastVotes(whale, 0)).to.equal(0n);
    await expect(votes.getPastUnits(whale, TOKEN, at)).to.be.revertedWithCustomError(votes, "VotingPowerNoHistory");
    expect(await votes.getPastUnits(suite.author, STAKE, at)).to.equal(await votes.unitsOf(suite.author, STAKE));
    expect(await votes.getPastUnits(suite.author, STAKE, at - 10 * DAY)).to.equal(0n);
  });

  it("counts nothing for what was borrowed in the block of the vote (FM-32)", async function () {
    const suite = await loadFixture(deployGovernance);
    const { votes, stranger } = suite;
    await votes.connect(stranger).delegate(stranger);
    const at = await time.latest();
    await time.increase(1);
    await fund(suite, stranger, 1_000_000n * CXT);
    expect(await votes.getVotes(stranger)).to.equal(1_000_000n * CXT);
    expect(await votes.getPastVotes(stranger, at)).to.equal(0n);
  });

  it("lets contributions be 15 % of all units, and no more when they grow (INV-VOT-4)", async function () {
    const [deployer, pool, vault, ledger, holder, worker] = await ethers.getSigners();
    if (!deployer || !pool || !vault || !ledger || !holder || !worker) throw new Error("six signers needed");
    const votes = await ethers.deployContract("VotingPower");
    const token = await ethers.deployContract("CorexToken", [pool, votes]);
    await votes.seal(token, vault, ledger, [pool]);
    await token.connect(pool).transfer(holder, 850n);
    const by = votes.connect(ledger);
    expect(await by.contributionChanged.staticCall(worker, 0n, 151n)).to.equal(150n);
    await by.contributionChanged(worker, 0n, 151n);
    expect(await votes.totalOf(CONTRIBUTION)).to.equal(150n);
    expect(await votes.totalSupply()).to.equal(1_000n);
    await token.connect(holder).burn(425n);
    expect(await votes.unitsOf(worker, CONTRIBUTION)).to.equal(150n);
    expect(await by.contributionChanged.staticCall(worker, 150n, 151n)).to.equal(150n);
    expect(await by.contributionChanged.staticCall(worker, 150n, 100n)).to.equal(100n);
    await token.connect(pool).transfer(holder, 4_250n);
    expect(await by.contributionChanged.staticCall(worker, 150n, 2_000n)).to.equal(825n);
    expect(await by.contributionChanged.staticCall(pool, 0n, 100n)).to.equal(0n);
  });

  it("reads like an ERC-20 with a clock of seconds, and transfers like none", async function () {
    const { votes } = await loadFixture(deployGovernance);
    expect([await votes.name(), await votes.symbol(), await votes.decimals()]).to.deep.equal([
      "Corex Voting Power",
      "vCXT",
      18n,
    ]);
    expect(await votes.CLOCK_MODE()).to.equal("mode=timestamp");
    expect(await votes.clock()).to.equal(BigInt(await time.latest()));
    for (const name of ["transfer", "transferFrom", "approve", "mint", "owner", "authority"]) {
      expect(votes.interface.getFunction(name as never), name).to.equal(null);
    }
  });
});
