import { expect } from "chai";

import { SUPPLY, deploySuite, deployToken, ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";

const AMOUNT = 1_000n;

/** A token whose supply belongs to a plain account, so that transfers can be tried. */
async function deployHeld() {
  const [holder, spender, receiver] = await ethers.getSigners();
  if (holder === undefined || spender === undefined || receiver === undefined) throw new Error("three signers needed");
  const { token } = await deployToken(holder);
  return { token, holder, spender, receiver };
}

// CorexToken.constructor
// ├── it mints the whole supply to the pool, once
// └── it is CXT with 18 decimals
describe("CorexToken.constructor", function () {
  it("mints the whole supply to the pool, once", async function () {
    const { token, pool } = await loadFixture(deploySuite);
    expect(await token.INITIAL_SUPPLY()).to.equal(SUPPLY);
    expect(await token.totalSupply()).to.equal(SUPPLY);
    expect(await token.balanceOf(pool)).to.equal(SUPPLY);
    const mints = await token.queryFilter(token.filters.Transfer(ethers.ZeroAddress), 0);
    expect(mints.map(({ args }) => [args.to, args.value])).to.deep.equal([[await pool.getAddress(), SUPPLY]]);
  });

  it("is CXT with 18 decimals", async function () {
    const { token } = await loadFixture(deploySuite);
    expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
      "Corex Token",
      "CXT",
      18n,
    ]);
  });
});

// CorexToken.transfer
// ├── when the balance is too small
// │   └── it reverts with ERC20InsufficientBalance(sender, balance, needed)
// └── it moves the amount and emits Transfer
describe("CorexToken.transfer", function () {
  it("reverts with ERC20InsufficientBalance(sender, balance, needed)", async function () {
    const { token, spender, receiver } = await loadFixture(deployHeld);
    await expect(token.connect(spender).transfer(receiver, 1n))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(spender, 0n, 1n);
  });

  it("moves the amount and emits Transfer", async function () {
    const { token, holder, receiver } = await loadFixture(deployHeld);
    const transfer = token.transfer(receiver, AMOUNT);
    await expect(transfer).to.emit(token, "Transfer").withArgs(holder, receiver, AMOUNT);
    await expect(transfer).to.changeTokenBalances(ethers, token, [holder, receiver], [-AMOUNT, AMOUNT]);
  });
});

// CorexToken.burn
// ├── when the balance is too small
// │   └── it reverts with ERC20InsufficientBalance(sender, balance, needed)
// └── it lowers the supply by exactly the amount, for good
describe("CorexToken.burn", function () {
  it("reverts with ERC20InsufficientBalance(sender, balance, needed)", async function () {
    const { token, holder } = await loadFixture(deployHeld);
    await expect(token.burn(SUPPLY + 1n))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
      .withArgs(holder, SUPPLY, SUPPLY + 1n);
  });

  it("lowers the supply by exactly the amount, for good", async function () {
    const { token, holder } = await loadFixture(deployHeld);
    const burn = token.burn(AMOUNT);
    await expect(burn).to.emit(token, "Transfer").withArgs(holder, ethers.ZeroAddress, AMOUNT);
    await expect(burn).to.changeTokenBalance(ethers, token, holder, -AMOUNT);
    expect(await token.totalSupply()).to.equal(SUPPLY - AMOUNT);
  });
});

// CorexToken.burnFrom
// ├── when the allowance is too small
// │   └── it reverts with ERC20InsufficientAllowance(spender, allowance, needed)
// └── it uses the allowance and lowers the supply
describe("CorexToken.burnFrom", function () {
  it("reverts with ERC20InsufficientAllowance(spender, allowance, needed)", async function () {
    const { token, holder, spender } = await loadFixture(deployHeld);
    await expect(token.connect(spender).burnFrom(holder, 1n))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, 1n);
  });

  it("uses the allowance and lowers the supply", async function () {
    const { token, holder, spender } = await loadFixture(deployHeld);
    await token.approve(spender, AMOUNT);
    await token.connect(spender).burnFrom(holder, AMOUNT);
    expect(await token.allowance(holder, spender)).to.equal(0n);
    expect(await token.totalSupply()).to.equal(SUPPLY - AMOUNT);
  });
});

// CorexToken.transferFrom
// ├── when the allowance is too small
// │   └── it reverts with ERC20InsufficientAllowance(spender, allowance, needed)
// └── it uses the allowance
describe("CorexToken.transferFrom", function () {
  it("reverts with ERC20InsufficientAllowance(spender, allowance, needed)", async function () {
    const { token, holder, spender } = await loadFixture(deployHeld);
    await token.approve(spender, AMOUNT);
    await expect(token.connect(spender).transferFrom(holder, spender, AMOUNT + 1n))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(spender, AMOUNT, AMOUNT + 1n);
  });

  it("uses the allowance", async function () {
    const { token, holder, spender, receiver } = await loadFixture(deployHeld);
    await token.approve(spender, AMOUNT);
    await expect(token.connect(spender).transferFrom(holder, receiver, AMOUNT)).to.changeTokenBalances(
      ethers,
      token,
      [holder, receiver],
      [-AMOUNT, AMOUNT],
    );
    expect(await token.allowance(holder, spender)).to.equal(0n);
  });
});

// CorexToken.permit
// ├── when the deadline passed
// │   └── it reverts with ERC2612ExpiredSignature(deadline)
// ├── when the signature is another's
// │   └── it reverts with ERC2612InvalidSigner(signer, owner)
// └── it sets the allowance, once
describe("CorexToken.permit", function () {
  const TYPES = {
    Permit: [
      { name: "owner", type: "address" },
      { name: "spender", type: "address" },
      { name: "value", type: "uint256" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
  };

  async function signedPermit(signerIsOwner: boolean) {
    const { token, holder, spender } = await loadFixture(deployHeld);
    const deadline = BigInt(await networkHelpers.time.latest()) + 100n;
    const domain = {
      name: "Corex Token",
      version: "1",
      chainId: (await ethers.provider.getNetwork()).chainId,
      verifyingContract: await token.getAddress(),
    };
    const message = { owner: holder.address, spender: spender.address, value: AMOUNT, nonce: 0n, deadline };
    const signer = signerIsOwner ? holder : spender;
    const { v, r, s } = ethers.Signature.from(await signer.signTypedData(domain, TYPES, message));
    return { token, holder, spender, deadline, v, r, s };
  }

  it("reverts with ERC2612ExpiredSignature(deadline)", async function () {
    const { token, holder, spender, deadline, v, r, s } = await signedPermit(true);
    await networkHelpers.time.increaseTo(deadline + 1n);
    await expect(token.permit(holder, spender, AMOUNT, deadline, v, r, s))
      .to.be.revertedWithCustomError(token, "ERC2612ExpiredSignature")
      .withArgs(deadline);
  });

  it("reverts with ERC2612InvalidSigner(signer, owner)", async function () {
    const { token, holder, spender, deadline, v, r, s } = await signedPermit(false);
    await expect(token.permit(holder, spender, AMOUNT, deadline, v, r, s))
      .to.be.revertedWithCustomError(token, "ERC2612InvalidSigner")
      .withArgs(spender, holder);
  });

  it("sets the allowance, once", async function () {
    const { token, holder, spender, deadline, v, r, s } = await signedPermit(true);
    await token.permit(holder, spender, AMOUNT, deadline, v, r, s);
    expect(await token.allowance(holder, spender)).to.equal(AMOUNT);
    await expect(token.permit(holder, spender, AMOUNT, deadline, v, r, s)).to.be.revertedWithCustomError(
      token,
      "ERC2612InvalidSigner",
    );
  });
});
