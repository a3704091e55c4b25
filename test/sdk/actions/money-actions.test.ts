import { expect } from "chai";
import { parseEther, Wallet } from "ethers";

import { approveToken } from "../../../packages/sdk/src/actions/approve-token.ts";
import { createSender } from "../../../packages/sdk/src/actions/create-sender.ts";
import { flushFees } from "../../../packages/sdk/src/actions/flush-fees.ts";
import { publishNetworkTask } from "../../../packages/sdk/src/actions/publish-network-task.ts";
import { readEarnings } from "../../../packages/sdk/src/actions/read-earnings.ts";
import { registerCircuit } from "../../../packages/sdk/src/actions/register-circuit.ts";
import { replenishPool } from "../../../packages/sdk/src/actions/replenish-pool.ts";
import { retireCircuit } from "../../../packages/sdk/src/actions/retire-circuit.ts";
import { settleRewards } from "../../../packages/sdk/src/actions/settle-rewards.ts";
import { readManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import { LINEAR_STEP_CIRCUIT } from "../../../packages/sdk/src/proof/linear-step.ts";
import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

describe("actions on money and circuits", function () {
  let world: ActionWorld;

  beforeEach(async function () {
    world = await ActionWorld.create();
  });

  afterEach(async function () {
    await world.close();
  });

  it("settle, replenish and flush", async function () {
    const node = await world.activeNode();
    await settleRewards(world.stranger, [node]);
    await world.giveCxt(world.stranger.sender.address, parseEther("3"));
    const { MiningPool, CorexToken, FeeRouter } = world.suite.deployment.contracts;
    await approveToken(world.stranger, MiningPool, parseEther("1"));
    await replenishPool(world.stranger, parseEther("1"));
    await expectCorexError(
      () => replenishPool(world.stranger, 0n),
      "CHAIN_MININGPOOL_ZEROAMOUNT",
      "MiningPoolZeroAmount()",
      "after-change",
    );

    const shares = world.suite.contracts.feeRouter.setShares;
    await world.asAdmin(shares.populateTransaction(2_500n, 5_000n));
    const { data } = await world.suite.contracts.token.transfer.populateTransaction(FeeRouter, parseEther("2"));
    await world.stranger.sender.send({ intent: "transfer", to: CorexToken, data });
    expect((await flushFees(world.stranger)).result).to.deep.equal({
      burned: parseEther("0.5"),
      toTreasury: parseEther("1"),
      replenished: parseEther("0.5"),
    });

    const query = { node, payout: world.operator.sender.address, fromBlock: 0, toBlock: 1_000 };
    const nothing = { fragments: 0, fees: 0n, rewards: 0n, owed: 0n, claimable: 0n, pendingPoints: 0n };
    expect(await readEarnings(world.suite.contracts, world.admin.sender.provider, query)).to.deep.equal(nothing);
  });

  it("register a circuit and retire it", async function () {
    const entry = readManifest().circuits[LINEAR_STEP_CIRCUIT];
    if (entry === undefined) throw new Error("no circuit");
    const { name, terms: circuitTerms, verifyingKey: key } = circuitRegistration({ ...entry, version: 9 });
    const { result: circuit } = await registerCircuit(world.admin, { name, terms: circuitTerms, key });
    expect((await world.suite.contracts.circuitRegistry.get(circuit)).retired).to.equal(false);
    await retireCircuit(world.admin, circuit);
    const change = world.terms({ circuit });
    await expectCorexError(
      () => publishNetworkTask(world.admin, change),
      "CHAIN_CIRCUITREGISTRY_CIRCUITRETIRED",
      new RegExp(circuit),
    );
    const again = () => registerCircuit(world.admin, { name, terms: circuitTerms, key });
    await expectCorexError(again, "CHAIN_CIRCUITREGISTRY_CIRCUITEXISTS", new RegExp(circuit), "never");
  });

  it("need a signer that can reach a chain", async function () {
    await expectCorexError(() => createSender(Wallet.createRandom()), "CONFIG_INVALID", /no provider/);
  });
});
