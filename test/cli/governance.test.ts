import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet, type HDNodeWallet } from "ethers";

import { ROLE_NAMES } from "../../packages/cli/src/simulate/role-names.ts";
import { ROLES } from "../../deploy/authority.ts";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { temporaryFolder } from "../sdk/store/support/temporary-folder.ts";
import { startGovernedChain, type GovernedChain } from "./support/governed-chain.ts";
import { runMain, type Result } from "./support/run-main.ts";

const CLI = join(repositoryRoot(), "packages/cli/src/cli.ts");
const DAY = 86_400;

// corex gov, on a chain in its own process
// ├── propose, simulate, support, promote, vote, queue, execute: the parameter is changed at the end, and only then
// ├── simulate shows calls, events, storage and warnings, leaves the chain alone, and ends with 1 when a call reverts
// ├── each command in the wrong state says what can be done instead
// ├── a signed vote is cast by somebody else
// ├── refuses an unknown proposal, a bad call, a bad vote, a missing key and the wrong chain
// └── council and treasury: status
describe("corex gov", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let world: GovernedChain;

  beforeEach(async function () {
    world = await startGovernedChain(folder());
  });

  afterEach(async function () {
    world.provider.destroy();
    await world.chain.child.stop(1_000);
  });

  /** Runs a command as `account`. */
  async function as(account: HDNodeWallet | undefined, ...args: readonly string[]): Promise<Result> {
    const before = process.env.COREX_PRIVATE_KEY;
    if (account === undefined) delete process.env.COREX_PRIVATE_KEY;
    else process.env.COREX_PRIVATE_KEY = account.privateKey;
    try {
      return await runMain([...args, "--deployment", world.file]);
    } finally {
      if (before === undefined) delete process.env.COREX_PRIVATE_KEY;
      else process.env.COREX_PRIVATE_KEY = before;
    }
  }

  async function done(account: HDNodeWallet | undefined, ...args: readonly string[]): Promise<Record<string, unknown>> {
    const result = await as(account, ...args, "--json");
    expect(result.code, result.stderr).to.equal(0);
    return JSON.parse(result.stdout) as Record<string, unknown>;
  }

  async function proposeFee(value = "400"): Promise<string> {
    const { author, whale, small, pass } = world;
    await done(whale, "gov", "delegate");
    await done(small, "gov", "delegate");
    await pass(2 * DAY);
    const what = ["--description", "# Lower the fee", "--set-parameter", `protocolFeeBps=${value}`];
    return String((await done(author, "gov", "propose", ...what)).id);
  }

  function start(...args: readonly string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...args, "--deployment", world.file], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  it("brings a proposal from its author to its effect, and says at each step what comes next", async function () {
    const { author, whale, small, pass, contracts } = world;
    const id = await proposeFee();
    const early = await as(whale, "gov", "support", id, "for");
    expect(early).to.include({ code: 1, stdout: "" });
    expect(early.stderr).to.match(/nothing to support: the first stage opens after .*GOV_WRONG_STATE/);

    await pass(2 * 3_600);
    expect(await done(whale, "gov", "support", id, "for")).to.include({ event: "voted", governor: "supportGovernor" });
    expect((await as(whale, "gov", "vote", id, "for")).stderr).to.match(/it found support: corex gov promote, until/);
    expect(await done(small, "gov", "promote", id)).to.include({ event: "promoted", id });

    await pass(2 * DAY + 60);
    expect(await done(whale, "gov", "vote", id, "for", "--reason", "cheaper")).to.include({ choice: "for" });
    const signed = await done(small, "gov", "vote", id, "for", "--sign");
    const cast = ["--signature", String(signed.signature), "--voter", small.address];
    expect(await done(author, "gov", "vote", id, "for", ...cast)).to.include({ units: String(40_003n * 10n ** 18n) });

    await pass(10 * DAY);
    expect(await done(author, "gov", "queue", id)).to.include({ event: "queued" });
    expect((await as(author, "gov", "execute", id)).stderr).to.match(/it can be executed from .*GOV_WRONG_STATE/);
    const shown = await start("gov", "status", id);
    expect(shown.code).to.equal(0);
    expect(shown.stdout).to.match(/Lower the fee[\s\S]*Parameters\.set\(parameter: protocolFeeBps, value: 400\)/);
    await pass(7 * DAY + 60);
    expect(await contracts.taskMarket.protocolFeeBps()).to.equal(500n);
    expect(await done(author, "gov", "execute", id)).to.include({ event: "executed" });
    expect(await contracts.taskMarket.protocolFeeBps()).to.equal(400n);
    expect(await done(author, "gov", "settle", id)).to.include({ event: "settled", author: author.address });
    const { proposals } = await done(undefined, "gov", "status");
    expect((proposals as { state: string }[]).map(({ state }) => state)).to.deep.equal(["executed"]);
  });

  it("shows on a copy of the chain what a proposal changes, before anyone votes", async function () {
    const { provider, contracts } = world;
    const id = await proposeFee();
    const { contracts: at } = JSON.parse(await readFile(world.file, "utf8")) as { contracts: Record<string, string> };
    const timelock = String(at.TechnicalTimelock);
    const nonce = await provider.getTransactionCount(timelock);
    const before = await contracts.taskMarket.protocolFeeBps();
    const ended = await start("gov", "simulate", id);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.stdout).to.match(/succeeds with \d+ gas/);
    expect(ended.stdout).to.match(
      /Parameters: ParameterChanged\(parameter: protocolFeeBps, oldValue: 500, newValue: 400, by: TechnicalTimelock\)/,
    );
    expect(ended.stdout).to.match(/storage TaskMarket 0x[0-9a-f]+: 0x[0-9a-f]+ -> 0x[0-9a-f]+/);
    expect(ended.stdout).to.match(/every call succeeds/);
    expect(await contracts.taskMarket.protocolFeeBps()).to.equal(before);
    expect(await provider.getTransactionCount(timelock)).to.equal(nonce);
  });

  it("ends a simulation with 1 when a call would revert, and warns about what has no label", async function () {
    const { author, pass } = world;
    await pass(2 * DAY);
    const calls = ["--call", "FeeRouter.setShares(0, 10000)", "--call", "Parameters.set(0, 400)"];
    const { id } = await done(author, "gov", "propose", "--description", "Two calls", ...calls);
    const result = await as(undefined, "gov", "simulate", String(id));
    expect(result.code).to.equal(1);
    expect(result.stdout).to.match(/call 1: FeeRouter\.setShares\([\s\S]*REVERTS: AccessManagedUnauthorized/);
    expect(result.stdout).to.match(/call 2: Parameters\.set\(parameter: protocolFeeBps, value: 400\)[\s\S]*succeeds/);
    expect(result.stdout).to.match(/1 of 2 calls would revert: nothing would happen/);
    expect(result.stdout).to.match(
      /warning: call 1 \(FeeRouter\): the function has no label, so the timelock is 14 days/,
    );
    expect(result.stderr).to.match(/call 1 reverts.*GOV_SIMULATION_REVERTED/);
  });

  it("says what is wrong with a command", async function () {
    const { author } = world;
    const refused = async (pattern: RegExp, code: number, account: HDNodeWallet | undefined, ...args: string[]) => {
      const result = await as(account, ...args);
      expect(result.stderr).to.match(pattern);
      expect(result).to.include({ code, stdout: "" });
    };
    await refused(
      /no governor of this deployment has a proposal 7 .*GOV_UNKNOWN_PROPOSAL/,
      1,
      undefined,
      "gov",
      "status",
      "7",
    );
    await refused(/is no vote: expected against, for, abstain/, 2, author, "gov", "vote", "7", "maybe");
    await refused(/no key: give --keystore, or set COREX_PRIVATE_KEY/, 2, undefined, "gov", "delegate");
    const propose = ["gov", "propose", "--description", "x"];
    await refused(/needs a call, a parameter or a policy.*GOV_PROPOSAL_INVALID/, 2, author, ...propose);
    await refused(/there is no parameter "fee"/, 2, author, ...propose, "--set-parameter", "fee=1");
    await refused(/no contract "Nothing"/, 2, author, ...propose, "--call", "Nothing.set(1)");
    await refused(/no function burn with 1 arguments/, 2, author, ...propose, "--call", "Treasury.burn(1)");
    const wrong = join(folder(), "wrong.json");
    const deployment = JSON.parse(await readFile(world.file, "utf8")) as Record<string, unknown>;
    await writeFile(wrong, JSON.stringify({ ...deployment, chainId: 5 }));
    const elsewhere = await runMain(["gov", "status", "--deployment", wrong]);
    expect(elsewhere.stderr).to.match(/the endpoint serves chain 31337, expected 5 .*CHAIN_WRONG_NETWORK/);
    const none = await runMain(["gov", "status", "--deployment", join(folder(), "none.json")]);
    expect(none.stderr).to.match(/cannot read the deployment file .*CONFIG_UNREADABLE/);
  });

  it("shows the council and the treasury", async function () {
    const council = await done(undefined, "council", "status");
    expect(council).to.deep.include({ seats: [] });
    const treasury = await done(undefined, "treasury", "status");
    expect((treasury.budgets as { budget: string }[]).map(({ budget }) => budget)).to.deep.equal([
      ...["operations", "incentives", "grants", "security", "buyback"],
    ]);
    const stranger = Wallet.createRandom();
    const stand = await as(stranger, "council", "stand", "stakers");
    expect(stand).to.include({ code: 1, stdout: "" });
    expect(stand.stderr).to.match(/sends: stand for stakers\n.*CHAIN_COUNCIL/);
  });
});

describe("names of roles", function () {
  it("are those of the table of authority", function () {
    expect(Object.fromEntries(ROLE_NAMES.map((name, index) => [name, BigInt(index)]))).to.deep.equal({ ...ROLES });
  });
});
