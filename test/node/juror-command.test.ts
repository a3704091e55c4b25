import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { parseEther, type Wallet } from "ethers";

import { readJuror } from "@corex/sdk/actions/read-juror";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { AgentWorld } from "./support/agent-world.ts";

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");

// corex-node juror
// ├── without stake: JUROR_NO_STAKE
// ├── with --stake: it stakes and serves until SIGTERM
// └── with --leave: it asks to leave, and ends
describe("corex-node juror", function () {
  this.timeout(120_000);
  let world: AgentWorld;
  let wallet: Wallet;

  before(async function () {
    world = await AgentWorld.start();
    wallet = await world.createAccount();
    await world.giveCxt(wallet.address, parseEther("3000"));
  });

  after(async function () {
    await world.stop();
  });

  interface Ended {
    readonly code: number | null;
    readonly lines: readonly Readonly<Record<string, unknown>>[];
    readonly errors: string;
  }

  /** Runs the command; ends it in the ordinary way once it said that it started. */
  async function juror(...args: string[]): Promise<Ended> {
    const common = ["--deployment", world.deploymentFile, "--journal", join(world.folder, "juror.sqlite")];
    const child = spawn(process.execPath, [CLI, "juror", ...common, "--poll-ms", "200", ...args], {
      env: { PATH: process.env.PATH, COREX_PRIVATE_KEY: wallet.privateKey },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines: Record<string, unknown>[] = [];
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as Record<string, unknown>;
      lines.push(said);
      if (said.event === "juror started") setTimeout(() => child.kill("SIGTERM"), 1_500);
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, lines, errors };
  }

  it("refuses to serve without stake", async function () {
    const { code, errors } = await juror();
    expect(code, errors).to.equal(1);
    expect(errors).to.match(/JUROR_NO_STAKE/);
  });

  it("stakes, serves until it is told to stop, and leaves", async function () {
    const { code, lines, errors } = await juror("--stake", "2000");
    expect(code, errors).to.equal(0);
    expect(lines).to.have.lengthOf(1);
    expect(lines[0]).to.include({ event: "juror started", juror: wallet.address, staked: "2000.0", locked: "0.0" });
    expect(errors).not.to.match(/"level":[45]0/);

    const left = await juror("--leave", "2000");
    expect(left.code, left.errors).to.equal(0);
    expect(left.lines[0]).to.include({ event: "juror", staked: "0.0", leaving: "2000.0" });
    const { staked, leaving } = await readJuror(world.suite.contracts, wallet.address);
    expect([staked, leaving]).to.deep.equal([0n, parseEther("2000")]);

    const early = await juror("--withdraw");
    expect(early.code).to.equal(1);
    expect(early.errors).to.match(/CHAIN_JURORPOOL_TOOEARLY/);
  });
});
