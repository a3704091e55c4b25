import { expect } from "chai";
import { Interface } from "ethers";

import { announceMove } from "../../../packages/sdk/src/actions/governance/announce-move.ts";
import type { GovernanceContext } from "../../../packages/sdk/src/actions/governance/governance-context.ts";
import { moveParameter } from "../../../packages/sdk/src/actions/governance/move-parameter.ts";
import { readParameters } from "../../../packages/sdk/src/actions/governance/read-parameters.ts";
import { connectGovernance } from "../../../packages/sdk/src/contracts/connect-governance.ts";
import { PARAMETER_NAMES, type ParameterName } from "../../../packages/sdk/src/governance/parameter-names.ts";
import { ROLES } from "../../../deploy/authority.ts";
import { IMarket__factory } from "../../../typechain-types/factories/contracts/market/IMarket__factory.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const DAY = 86_400;
const NOTICE = 3 * DAY;
const CXT = 10n ** 18n;

// readParameters
// └── it returns every number with unit, bounds, band, next step and when it can change
// moveParameter, announceMove
// ├── when the sender may at once
// │   └── the number changes here and where it is used, once an interval, within step and bounds
// ├── when the sender has a delay
// │   └── it announces, waits, moves; not before, and not twice
// └── when the sender has no role
//     └── neither works
describe("actions on parameters", function () {
  let world: ActionWorld;
  let admin: GovernanceContext;

  const contextOf = ({ sender }: { readonly sender: GovernanceContext["sender"] }): GovernanceContext => ({
    contracts: connectGovernance(world.suite.deployment, sender.provider),
    sender,
  });
  const find = async (name: ParameterName) => {
    const found = (await readParameters(admin.contracts)).find((parameter) => parameter.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  beforeEach(async function () {
    world = await ActionWorld.create();
    admin = contextOf(world.admin);
  });

  afterEach(async function () {
    await world.close();
  });

  it("read what each number is and how far it can go", async function () {
    const all = await readParameters(admin.contracts);
    expect(all.map(({ name }) => name)).to.deep.equal([...PARAMETER_NAMES]);
    expect(all[0]).to.deep.equal({
      name: "protocolFeeBps",
      unit: "bps",
      value: 500n,
      minimum: 0n,
      maximum: 1_000n,
      band: { minimum: 0n, maximum: 1_000n },
      next: { minimum: 300n, maximum: 700n },
      changeableAt: 0,
    });
    const { unit, value, next, band } = await find("proposerStake");
    expect([unit, value, band]).to.deep.equal(["units", 20_000n * CXT, undefined]);
    expect(next).to.deep.equal({ minimum: 10_000n * CXT, maximum: 40_000n * CXT });
    expect((await find("supportBps")).next).to.deep.equal({ minimum: 10n, maximum: 397n });
  });

  it("move a number at once when the sender may, in all markets, and not again before the interval", async function () {
    const { receipt } = await moveParameter(admin, "protocolFeeBps", 400n);
    const { taskMarket } = world.suite.contracts;
    const { TaskMarket, RoundMarket, WorkMarket } = world.suite.deployment.contracts;
    for (const market of [TaskMarket, RoundMarket, WorkMarket]) {
      expect(await IMarket__factory.connect(market, admin.sender.provider).protocolFeeBps()).to.equal(400n);
    }
    const changedAt = (await receipt.getBlock()).timestamp;
    const { value, changeableAt } = await find("protocolFeeBps");
    expect([value, changeableAt]).to.deep.equal([400n, changedAt + 7 * DAY]);

    await expectCorexError(
      () => moveParameter(admin, "protocolFeeBps", 300n),
      "CHAIN_PARAMETERS_TOOSOON",
      new RegExp(`possibleAt: ${changeableAt}`),
      "later",
    );
    await world.connection.networkHelpers.time.increaseTo(changeableAt);
    await expectCorexError(
      () => moveParameter(admin, "protocolFeeBps", 199n),
      "CHAIN_PARAMETERS_STEPTOOLARGE",
      /newValue: 199, maxStep: 200/,
      "after-change",
    );
    await expectCorexError(
      () => moveParameter(admin, "protocolFeeBps", 1_001n),
      "CHAIN_PARAMETERS_OUTOFBOUNDS",
      /value: 1001/,
      "after-change",
    );
    await moveParameter(admin, "protocolFeeBps", 200n);
    expect(await taskMarket.protocolFeeBps()).to.equal(200n);
  });

  it("announce a move when the sender has a delay, and make it when that is over", async function () {
    const { time } = world.connection.networkHelpers;
    const committee = contextOf(world.operator);
    const abi = new Interface(["function grantRole(uint64 role, address account, uint32 delay)"]);
    const data = abi.encodeFunctionData("grantRole", [ROLES.EXECUTIVE, committee.sender.address, NOTICE]);
    await world.asAdmin(Promise.resolve({ to: world.suite.deployment.contracts.AccessManager, data }));

    await expectCorexError(
      () => moveParameter(committee, "claimFeeBps", 250n),
      "CHAIN_ACCESSMANAGER_NOTSCHEDULED",
      /operationId: 0x/,
      "after-change",
    );
    const { result: possibleAt, receipt } = await announceMove(committee, "claimFeeBps", 250n);
    expect(possibleAt).to.equal((await receipt.getBlock()).timestamp + NOTICE);
    await expectCorexError(
      () => announceMove(committee, "claimFeeBps", 250n),
      "CHAIN_ACCESSMANAGER_ALREADYSCHEDULED",
      /operationId/,
      "later",
    );
    await expectCorexError(
      () => moveParameter(committee, "claimFeeBps", 250n),
      "CHAIN_ACCESSMANAGER_NOTREADY",
      /operationId/,
      "later",
    );
    await time.increaseTo(possibleAt);
    await moveParameter(committee, "claimFeeBps", 250n);
    expect((await world.suite.contracts.rewardDistributor.terms()).claimFeeBps).to.equal(250n);
    expect((await find("claimFeeBps")).value).to.equal(250n);
  });

  it("are refused without the role", async function () {
    const stranger = contextOf(world.stranger);
    const address = new RegExp(`caller: ${stranger.sender.address}`);
    await expectCorexError(
      () => moveParameter(stranger, "protocolFeeBps", 400n),
      "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
      address,
    );
    await expectCorexError(
      () => announceMove(stranger, "protocolFeeBps", 400n),
      "CHAIN_ACCESSMANAGER_UNAUTHORIZEDCALL",
      address,
    );
    expect((await find("protocolFeeBps")).value).to.equal(500n);
  });
});
