import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { deactivateNode } from "../../../packages/sdk/src/actions/deactivate-node.ts";
import { exitNode } from "../../../packages/sdk/src/actions/exit-node.ts";
import { heartbeat } from "../../../packages/sdk/src/actions/heartbeat.ts";
import { readNode } from "../../../packages/sdk/src/actions/read-node.ts";
import { registerNode } from "../../../packages/sdk/src/actions/register-node.ts";
import { reinstateNode } from "../../../packages/sdk/src/actions/reinstate-node.ts";
import { removeNode } from "../../../packages/sdk/src/actions/remove-node.ts";
import { setMetadata } from "../../../packages/sdk/src/actions/set-metadata.ts";
import { setPayout } from "../../../packages/sdk/src/actions/set-payout.ts";
import { suspendNode } from "../../../packages/sdk/src/actions/suspend-node.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const HOUR = 3_600;

describe("actions on nodes", function () {
  let world: ActionWorld;

  beforeEach(async function () {
    world = await ActionWorld.create();
  });

  afterEach(async function () {
    await world.close();
  });

  it("register, measure, pay elsewhere, rename, suspend, reinstate and revive", async function () {
    const node = await world.activeNode();
    expect(await readNode(world.suite.contracts, world.operator.sender.address)).to.include({
      node,
      status: "active",
      deviceClass: "FPGA",
      dailyWorkUnits: 10_000_000n,
      eligible: true,
    });
    await setPayout(world.operator, world.stranger.sender.address);
    await setMetadata(world.operator, "ipfs://y");
    await suspendNode(world.admin, node);
    expect(await readNode(world.suite.contracts, world.operator.sender.address)).to.include({
      status: "suspended",
      eligible: false,
      payout: world.stranger.sender.address,
    });
    await reinstateNode(world.admin, node);
    await heartbeat(world.operator);
    expect((await readNode(world.suite.contracts, world.operator.sender.address))?.status).to.equal("active");
    expect(await readNode(world.suite.contracts, world.stranger.sender.address)).to.equal(undefined);
  });

  it("deactivate the silent, let nodes exit, and remove them", async function () {
    const node = await world.activeNode();
    await expectCorexError(
      () => deactivateNode(world.stranger, node),
      "CHAIN_NODEREGISTRY_STILLELIGIBLE",
      `NodeRegistryStillEligible(node: ${node})`,
      "later",
    );
    await world.connection.networkHelpers.time.increase(2 * HOUR);
    await deactivateNode(world.stranger, node);
    expect((await readNode(world.suite.contracts, world.operator.sender.address))?.status).to.equal("registered");
    await exitNode(world.operator);
    expect((await readNode(world.suite.contracts, world.operator.sender.address))?.status).to.equal("exited");
    await expectCorexError(
      () => exitNode(world.operator),
      "CHAIN_NODEREGISTRY_INVALIDTRANSITION",
      /from: 4, to: 4/,
      "never",
    );
    const { result } = await registerNode(world.stranger, {
      payout: world.stranger.sender.address,
      deviceClass: "CPU",
      metadataUri: "",
    });
    await removeNode(world.admin, result);
    expect((await readNode(world.suite.contracts, world.stranger.sender.address))?.status).to.equal("removed");
  });

  it("refuse with named arguments, and leave no transaction behind", async function () {
    await world.activeNode();
    const { address } = world.operator.sender;
    const before = await world.operator.sender.provider.getTransactionCount(address);
    const again = () => registerNode(world.operator, { payout: address, deviceClass: "CPU", metadataUri: "" });
    const error = await expectCorexError(
      again,
      "CHAIN_NODEREGISTRY_OPERATORTAKEN",
      `NodeRegistryOperatorTaken(operator: ${address}, node: 1)`,
      "never",
    );
    expect(error.details).to.include({ error: "NodeRegistryOperatorTaken", operator: address, node: 1n });
    await expectCorexError(
      () => setPayout(world.operator, ZeroAddress),
      "CHAIN_NODEREGISTRY_INVALIDPAYOUT",
      /payout: 0x0{40}/,
      "after-change",
    );
    await expectCorexError(
      () => suspendNode(world.stranger, 1n),
      "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
      /caller: 0x/,
      "after-change",
    );
    await expectCorexError(() => heartbeat(world.stranger), "CHAIN_NODEREGISTRY_UNKNOWNOPERATOR", /operator: 0x/);
    expect(await world.operator.sender.provider.getTransactionCount(address)).to.equal(before);
  });
});
