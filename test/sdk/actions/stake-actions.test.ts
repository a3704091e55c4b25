import { expect } from "chai";
import { parseEther } from "ethers";

import { approveStaker } from "../../../packages/sdk/src/actions/approve-staker.ts";
import { cancelLeaving } from "../../../packages/sdk/src/actions/cancel-leaving.ts";
import { exitNode } from "../../../packages/sdk/src/actions/exit-node.ts";
import { expediteExit } from "../../../packages/sdk/src/actions/expedite-exit.ts";
import { leaveStake } from "../../../packages/sdk/src/actions/leave-stake.ts";
import { raiseCommitment } from "../../../packages/sdk/src/actions/raise-commitment.ts";
import { readStake } from "../../../packages/sdk/src/actions/read-stake.ts";
import { stake } from "../../../packages/sdk/src/actions/stake.ts";
import { topUpStake } from "../../../packages/sdk/src/actions/top-up-stake.ts";
import { withdrawStake } from "../../../packages/sdk/src/actions/withdraw-stake.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const DAY = 86_400;
const NO_BOOST = parseEther("1");

describe("actions on stake", function () {
  let world: ActionWorld;
  let node: bigint;

  beforeEach(async function () {
    world = await ActionWorld.create();
    node = await world.activeNode();
    for (const { sender } of [world.operator, world.stranger]) await world.giveCxt(sender.address, parseEther("5000"));
  });

  afterEach(async function () {
    await world.close();
  });

  const read = async () => readStake(world.suite.contracts, node);
  const balance = async (account: string): Promise<bigint> => world.suite.contracts.token.balanceOf(account);
  const pass = async (days: number): Promise<void> => {
    await world.connection.networkHelpers.time.increase(days * DAY);
  };

  it("open, add, raise, leave, stay, leave and withdraw", async function () {
    const { operator } = world;
    expect(await read()).to.deep.equal({ total: 0n, held: 0n, slashed: 0n, boost: NO_BOOST, positions: [] });
    const period = 30 * DAY;
    expect((await stake(operator, { node, amount: parseEther("1000"), period })).result).to.equal(0n);
    // At the least stake the period does not count: 1.1.
    expect((await read()).boost).to.equal(parseEther("1.1"));
    await topUpStake(operator, node, 0n, parseEther("500"));
    await raiseCommitment(operator, node, 0n, 60 * DAY);
    const { boost, ...staked } = await read();
    const position = { position: 0n, owner: operator.sender.address, amount: parseEther("1500"), period: 60 * DAY };
    const held = { total: parseEther("1500"), held: 0n, slashed: 0n };
    expect(staked).to.deep.equal({ ...held, positions: [{ ...position, maturesAt: 0 }] });
    expect(boost > parseEther("1.1")).to.equal(true);

    const { receipt } = await leaveStake(operator, node, 0n);
    const block = await operator.sender.provider.getBlock(receipt.blockNumber);
    const maturesAt = (block?.timestamp ?? 0) + 60 * DAY;
    expect(await read()).to.deep.equal({ ...held, boost: NO_BOOST, positions: [{ ...position, maturesAt }] });
    await cancelLeaving(operator, node, 0n);
    expect((await read()).boost).to.equal(boost);
    await leaveStake(operator, node, 0n);
    await pass(60);
    expect((await withdrawStake(operator, node, 0n)).result).to.equal(parseEther("1500"));
    expect(await balance(operator.sender.address)).to.equal(parseEther("5000"));
    expect(await read()).to.deep.equal({ total: 0n, held: 0n, slashed: 0n, boost: NO_BOOST, positions: [] });
  });

  it("let an approved account stake, and leave sooner for a fee", async function () {
    const { operator, stranger } = world;
    const { address } = stranger.sender;
    const period = 200 * DAY;
    const open = () => stake(stranger, { node, amount: parseEther("2000"), period });
    await expectCorexError(open, "CHAIN_STAKEVAULT_NOTAPPROVED", new RegExp(`caller: ${address}`));
    await approveStaker(operator, address, true);
    expect(await world.suite.contracts.stakeVault.isApproved(node, address)).to.equal(true);
    expect((await open()).result).to.equal(0n);
    await leaveStake(stranger, node, 0n);
    await expediteExit(stranger, node, 0n);
    await pass(14);
    const { result: paid } = await withdrawStake(stranger, node, 0n);
    // At most 20 % of the amount for 1,461 days, in proportion to those saved: 186, less the seconds that passed.
    const dearest = (parseEther("2000") * 2_000n * 186n) / (10_000n * 1_461n);
    expect(parseEther("2000") - paid <= dearest + 1n).to.equal(true);
    expect(parseEther("2000") - paid > (dearest * 999n) / 1_000n).to.equal(true);
    expect(await balance(address)).to.equal(parseEther("3000") + paid);
    await approveStaker(operator, address, false);
    await expectCorexError(open, "CHAIN_STAKEVAULT_NOTAPPROVED", new RegExp(`caller: ${address}`));
  });

  it("refuse with named arguments", async function () {
    const { operator, stranger } = world;
    const amount = parseEther("1000");
    await expectCorexError(
      () => stake(operator, { node, amount: amount - 1n, period: 30 * DAY }),
      "CHAIN_STAKEVAULT_OUTOFBOUNDS",
      new RegExp(`value: ${amount - 1n}, minimum: ${amount}`),
    );
    await expectCorexError(
      () => stake(operator, { node, amount, period: 14 * DAY - 1 }),
      "CHAIN_STAKEVAULT_OUTOFBOUNDS",
      new RegExp(`value: ${14 * DAY - 1}, minimum: ${14 * DAY}`),
    );
    await stake(operator, { node, amount, period: 30 * DAY });
    const own = "CHAIN_STAKEVAULT_NOTOWNER";
    await expectCorexError(() => leaveStake(stranger, node, 0n), own, new RegExp(`caller: ${stranger.sender.address}`));
    await expectCorexError(() => cancelLeaving(operator, node, 0n), "CHAIN_STAKEVAULT_STAYING", /position: 0/);
    await expectCorexError(
      () => raiseCommitment(operator, node, 0n, 30 * DAY),
      "CHAIN_STAKEVAULT_COMMITMENTNOTRAISED",
      new RegExp(`oldPeriod: ${30 * DAY}, newPeriod: ${30 * DAY}`),
    );
    await leaveStake(operator, node, 0n);
    await expectCorexError(() => topUpStake(operator, node, 0n, 1n), "CHAIN_STAKEVAULT_LEAVING", /maturesAt: \d+/);
    await expectCorexError(() => withdrawStake(operator, node, 0n), "CHAIN_STAKEVAULT_NOTMATURE", /maturesAt: \d+/);
    await exitNode(operator);
    await expectCorexError(
      () => stake(operator, { node, amount, period: 30 * DAY }),
      "CHAIN_STAKEVAULT_CLOSEDNODE",
      `StakeVaultClosedNode(node: ${node})`,
    );
  });
});
