import { expect } from "chai";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { readNode } from "@corex/sdk/actions/read-node";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { AgentWorld } from "./support/agent-world.ts";
import { waitUntil } from "./support/wait-until.ts";

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");
/** First account of Hardhat's well-known test mnemonic: the admin of the world, who holds ATTESTOR. */
const ADMIN_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

interface Result {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

describe("corex-node", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  let attestor: ChildProcess;
  let attestorUrl: string;

  before(async function () {
    world = await AgentWorld.start();
    attestor = spawn(process.execPath, [CLI, "attestor", "--deployment", world.deploymentFile], {
      env: { ...process.env, COREX_PRIVATE_KEY: ADMIN_KEY },
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (attestor.stdout === null) throw new Error("no output");
    const [line] = (await once(createInterface({ input: attestor.stdout }), "line")) as [string];
    attestorUrl = (JSON.parse(line) as { url: string }).url;
  });

  after(async function () {
    attestor.kill("SIGTERM");
    await once(attestor, "close");
    await world.stop();
  });

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

  it("joins with an attested benchmark, joins again without a second node, shows its status, and exits", async function () {
    const wallet = await world.createAccount();
    const { deploymentFile, folder, suite } = world;
    const env = { COREX_PRIVATE_KEY: wallet.privateKey };
    const common = ["--deployment", deploymentFile, "--journal", join(folder, "cli.sqlite")];

    const joined = await cli(["join", ...common, "--attestor", attestorUrl, "--device-class", "gpu"], env);
    expect(joined.code, joined.stderr).to.equal(0);
    const node = await readNode(suite.contracts, wallet.address);
    expect(node).to.include({ status: "active", deviceClass: "GPU", payout: wallet.address, eligible: true });
    expect(Number(node?.dailyWorkUnits)).to.be.greaterThan(1_000_000);

    const again = await cli(["join", ...common, "--attestor", attestorUrl], env);
    expect(again.code, again.stderr).to.equal(0);
    expect(await suite.contracts.nodeRegistry.nodeOf(wallet.address)).to.equal(node?.node);
    expect((await readNode(suite.contracts, wallet.address))?.benchmarkNonce).to.equal(2n);

    const shown = await cli(["status", ...common, "--json"], env);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(JSON.parse(shown.stdout)).to.include({ node: Number(node?.node), status: "active", settledFragments: 0 });
    const text = await cli(["status", ...common], env);
    expect(text.stdout).to.match(/^status +active$/m);

    const left = await cli(["exit", ...common], env);
    expect(left.code, left.stderr).to.equal(0);
    expect((await readNode(suite.contracts, wallet.address))?.status).to.equal("exited");
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
      attestorUrl,
    ];
    const { stderr, code } = await cli(args, { COREX_PRIVATE_KEY: wallet.privateKey });
    expect(stderr).to.match(
      /holds 1 wei, register can cost up to \d+ wei of gas: send it at least \d+ wei \(CHAIN_INSUFFICIENT_FUNDS/,
    );
    expect(code).to.equal(1);
  });
});
