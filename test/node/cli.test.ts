import { expect } from "chai";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { parseEther, Wallet } from "ethers";

import { readMeasurement } from "@corex/sdk/actions/read-benchmark";
import { readNode } from "@corex/sdk/actions/read-node";
import { DEVICE_CLASSES } from "@corex/sdk/actions/register-node";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { AgentWorld } from "./support/agent-world.ts";
import { waitUntil } from "./support/wait-until.ts";

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");

interface Result {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

describe("corex-node", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  const attestors: ChildProcess[] = [];
  /** Base URLs with commas: the first attestor lacks the role, the others hold it. */
  let attestorUrls: string;

  before(async function () {
    const [stranger, ...holders] = Array.from({ length: 3 }, () => Wallet.createRandom());
    world = await AgentWorld.start(holders.map(({ address }) => address));
    const urls = await Promise.all([stranger, ...holders].map(async (wallet) => attest(wallet?.privateKey ?? "")));
    attestorUrls = urls.join(",");
  });

  after(async function () {
    for (const attestor of attestors) {
      attestor.kill("SIGTERM");
      await once(attestor, "close");
    }
    await world.stop();
  });

  /** Starts an attestor and returns its base URL. */
  async function attest(key: string): Promise<string> {
    const args = [CLI, "attestor", "--deployment", world.deploymentFile, "--threads", "1"];
    const attestor = spawn(process.execPath, args, {
      env: { ...process.env, COREX_PRIVATE_KEY: key },
      stdio: ["ignore", "pipe", "ignore"],
    });
    attestors.push(attestor);
    if (attestor.stdout === null) throw new Error("no output");
    const [line] = (await once(createInterface({ input: attestor.stdout }), "line")) as [string];
    return (JSON.parse(line) as { url: string }).url;
  }

  function cli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Result> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [CLI, ...args],
        { env: { PATH: process.env.PATH, ...env } },
        (error, stdout, stderr) => {
          resolve({ code: error?.code ?? 0, stdout, stderr });
        },
      );
    });
  }

  it("joins, is measured and attested by two, joins again without a second node, shows its status, and exits", async function () {
    const wallet = await world.createAccount();
    const payout = Wallet.createRandom().address;
    const { deploymentFile, folder, suite } = world;
    const env = { COREX_PRIVATE_KEY: wallet.privateKey };
    const common = ["--deployment", deploymentFile, "--journal", join(folder, "cli.sqlite")];

    const measure = ["--attestor", attestorUrls, "--benchmark-seconds", "1", "--threads", "1", "--poll-ms", "200"];
    const joined = await cli(["join", ...common, ...measure, "--device-class", "edge", "--payout", payout], env);
    expect(joined.code, joined.stderr).to.equal(0);
    const node = await readNode(suite.contracts, wallet.address);
    expect(node).to.include({ status: "active", deviceClass: "Edge", payout, eligible: true });
    const id = node?.node ?? 0n;
    const { size, elapsed } = await suite.contracts.benchmarkRegistry.scoreOf(id);
    const workload = await suite.contracts.benchmarkRegistry.workloadOf(DEVICE_CLASSES.indexOf("Edge"));
    const macs = await suite.contracts.benchmarkRegistry.macsPerWorkUnit();
    expect(node?.dailyWorkUnits).to.equal((size * workload * 86_400n) / elapsed / macs);
    expect(JSON.parse(joined.stdout.trim().split("\n").at(-1) ?? "")).to.deep.equal({
      event: "joined",
      node: Number(id),
      operator: wallet.address,
      payout,
      dailyWorkUnits: Number(node?.dailyWorkUnits),
      deviceClass: "Edge",
      size: Number(size),
      elapsed: Number(elapsed),
    });
    expect(await suite.contracts.stakeVault.isApproved(id, payout)).to.equal(true);

    const { nonce } = await readMeasurement(suite.contracts, id);
    const again = await cli(["join", ...common, ...measure], env);
    expect(again.code, again.stderr).to.equal(0);
    expect(await suite.contracts.nodeRegistry.nodeOf(wallet.address)).to.equal(id);
    expect((await readMeasurement(suite.contracts, id)).nonce > nonce).to.equal(true);

    const shown = await cli(["status", ...common, "--json"], env);
    expect(shown.code, shown.stderr).to.equal(0);
    const facts = { node: Number(id), status: "active", deviceClass: "Edge", settledFragments: 0, tier: 0 };
    const conduct = { score: "0.5", completed: 0, missed: 0, refused: 0, violations: 0 };
    const stake = { boost: "1.0", stake: "0.0", stakeHeld: "0.0", stakeSlashed: "0.0" };
    const report = JSON.parse(shown.stdout) as { weight: string; positions: unknown[]; shareOfDraws: string };
    expect(report).to.include({ ...facts, ...conduct, ...stake });
    expect(report.positions).to.deep.equal([]);
    expect(BigInt(report.weight) > 0n).to.equal(true);
    expect(report.shareOfDraws).to.match(/^\d+\.\d\d %$/);
    const text = await cli(["status", ...common], env);
    expect(text.stdout).to.match(/^status +active$/m);

    const left = await cli(["exit", ...common], env);
    expect(left.code, left.stderr).to.equal(0);
    expect((await readNode(suite.contracts, wallet.address))?.status).to.equal("exited");
  });

  it("stakes, adds, raises, leaves, stays, and says why a node was not drawn", async function () {
    const node = await world.createNode();
    const { deploymentFile, folder } = world;
    await world.giveCxt(node.wallet.address, parseEther("3000"));
    const env = { COREX_PRIVATE_KEY: node.wallet.privateKey };
    const common = ["--deployment", deploymentFile, "--journal", join(folder, "stake.sqlite")];
    const ok = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { code, stdout, stderr } = await cli([...args, ...common], env);
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout.split("\n")[0] ?? "") as Record<string, unknown>;
    };
    const staked = { event: "staked", node: Number(node.id), positions: 1 };
    // The matchers of Hardhat, once any test loads them, take whole numbers only.
    const isClose = (actual: unknown, expected: number): boolean => Math.abs(Number(actual) - expected) < 1e-12;
    const boostOf = (amount: number, days: number): number =>
      1.1 + 1.9 * Math.sqrt((((amount - 1_000) / 99_000) * (1_461 + 3 * days)) / (4 * 1_461));
    const opened = await ok("stake", "--amount", "2000", "--days", "365");
    expect(opened).to.include({ ...staked, total: "2000.0" });
    expect(isClose(opened.boost, boostOf(2_000, 365))).to.equal(true);
    const raised = await ok("stake", "--position", "0", "--amount", "500.5", "--days", "1461");
    expect(raised).to.include({ ...staked, total: "2500.5" });
    expect(isClose(raised.boost, boostOf(2_500.5, 1_461))).to.equal(true);

    const left = await ok("unstake", "--position", "0");
    expect(left).to.include({ event: "unstaked", position: 0, amount: "2500.5", total: "2500.5" });
    const { timestamp = 0 } = (await world.provider.getBlock("latest")) ?? {};
    expect(Number(left.maturesAt)).to.be.within(timestamp + 1_461 * 86_400 - 60, timestamp + 1_461 * 86_400);
    expect(await ok("unstake", "--position", "0", "--cancel")).to.include({ maturesAt: 0 });
    const early = await cli(["unstake", "--position", "0", "--withdraw", ...common], env);
    expect(early).to.include({ code: 1 });
    expect(early.stderr).to.match(/CHAIN_STAKEVAULT_/);
    const usage = await cli(["unstake", "--position", "0", "--cancel", "--withdraw", ...common], env);
    expect(usage.stderr).to.match(/at most one of --cancel.*STAKE_USAGE/);

    const { task } = await world.publish();
    const told = await cli(["explain", "--deployment", deploymentFile], env);
    expect(told.code, told.stderr).to.equal(0);
    const [line] = told.stdout.trim().split("\n");
    const explained = JSON.parse(line ?? "") as Record<string, unknown>;
    expect(explained).to.include({ task, chain: 0, offence: "none", slashed: "0.0", pay: "nothing-due" });
    expect(explained.draw).to.be.oneOf(["entropy-pending", "would-be-drawn", "other-decided", "entropy-expired"]);
    await world.removeNode(node);
  });

  it("explains what is missing, with exit code 2 for configuration and keys", async function () {
    const { deploymentFile } = world;
    const cases: [string[], Record<string, string>, RegExp][] = [
      [["run"], {}, /deployment is not set: give --deployment <file>, or set COREX_DEPLOYMENT/],
      [["run", "--deployment", deploymentFile], {}, /no key: give --keystore, or set COREX_PRIVATE_KEY/],
      [["run", "--deployment", deploymentFile], { COREX_PRIVATE_KEY: "0x12" }, /COREX_PRIVATE_KEY is not 0x and 64/],
      [["run", "--deployment", deploymentFile, "--poll-ms", "fast"], {}, /pollMs is "fast" \(from --poll-ms\)/],
      [["run", "--deployment", "/nowhere.json"], {}, /cannot read the deployment file \/nowhere.json/],
    ];
    for (const [args, env, message] of cases) {
      const { code, stderr } = await cli(args, env);
      expect(stderr).to.match(message);
      expect(code).to.equal(2);
      expect(stderr).to.not.match(/\n +at /);
    }
  });

  it("serves a collector until it is told to stop", async function () {
    const { privateKey } = await world.createAccount();
    const journal = join(world.folder, "cli-collector.sqlite");
    const args = [CLI, "collector", "--deployment", world.deploymentFile, "--journal", journal, "--port", "0"];
    const env = { ...process.env, COREX_PRIVATE_KEY: privateKey };
    const collector = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    if (collector.stdout === null) throw new Error("no output");
    const [line] = (await once(createInterface({ input: collector.stdout }), "line")) as [string];
    const { url } = JSON.parse(line) as { url: string };
    expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ status: "ok" });
    const taken = await cli(args.slice(1), { COREX_PRIVATE_KEY: privateKey });
    expect(taken).to.include({ code: 1 });
    expect(taken.stderr).to.include("JOURNAL_LOCKED");
    collector.kill("SIGTERM");
    expect(await once(collector, "close")).to.deep.equal([0, null]);
    const misconfigured = await cli([...args.slice(1, -1), "70000"], { COREX_PRIVATE_KEY: privateKey });
    expect(misconfigured).to.include({ code: 2 });
  });

  it("refuses to run for an operator without node, and to share a journal", async function () {
    const wallet = await world.createAccount();
    const { deploymentFile, folder } = world;
    const common = ["--deployment", deploymentFile, "--store", world.store.root];
    const stranger = await cli(["run", ...common, "--journal", join(folder, "x.sqlite")], {
      COREX_PRIVATE_KEY: wallet.privateKey,
    });
    expect(stranger.stderr).to.match(/operates no node.*AGENT_NOT_REGISTERED/);
    expect(stranger.code).to.equal(1);

    const node = await world.createNode();
    const env = { COREX_PRIVATE_KEY: node.wallet.privateKey };
    const args = ["run", ...common, "--journal", join(folder, "shared.sqlite")];
    const first = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    first.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    await waitUntil("the first agent runs", () => log.includes("agent started"), { explain: () => log });
    const second = await cli(args, env);
    expect(second.stderr).to.match(/shared.sqlite is in use: another agent runs with this journal \(JOURNAL_LOCKED/);
    expect(second.code).to.equal(1);
    first.kill("SIGINT");
    const [code] = (await once(first, "close")) as [number | null];
    expect(code).to.equal(0);
  });

  it("says how much gas money is missing when the account is empty", async function () {
    const wallet = await world.createAccount(1n);
    const { deploymentFile, folder } = world;
    const args = [
      "join",
      "--deployment",
      deploymentFile,
      "--journal",
      join(folder, "poor.sqlite"),
      "--attestor",
      attestorUrls,
    ];
    const { stderr, code } = await cli(args, { COREX_PRIVATE_KEY: wallet.privateKey });
    expect(stderr).to.match(
      /holds 1 wei, register can cost up to \d+ wei of gas: send it at least \d+ wei \(CHAIN_INSUFFICIENT_FUNDS/,
    );
    expect(code).to.equal(1);
  });
});
