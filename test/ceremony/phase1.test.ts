import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { useSingleThreadCurve } from "../../packages/sdk/src/proof/single-thread-curve.ts";
import { init } from "../../scripts/ceremony/init.ts";
import { phase1For } from "../../scripts/ceremony/lib/phase1-file.ts";
import { PINNED_TABLE, readPhase1Table } from "../../scripts/ceremony/lib/phase1-table.ts";
import { PHASE1 } from "../../scripts/circuits/lib/dev-setup.ts";
import { refusal, tree } from "./support/refusal.ts";
import { CIRCUIT, makePowersOfTau, POWER, Stage } from "./support/stage.ts";

// ceremony, phase 1
// ├── the pinned table is that of the README of the pinned snarkjs
// ├── the smallest power is taken that holds every row
// ├── when the file is missing, not pinned, too small, or the development one
// │   └── it is refused, whatever its name
// └── when it is to be downloaded
//     ├── given the server has it, it is kept under its name after its hash was checked
//     └── given no server, a refusal, a broken transfer or another file, nothing is left
describe("ceremony, phase 1", function () {
  this.timeout(60_000);
  let stage: Stage;
  let server: Server;
  let url: string;
  let served: { status: number; body: Buffer; announced?: number } = { status: 404, body: Buffer.alloc(0) };

  before(async function () {
    await useSingleThreadCurve();
    stage = await Stage.create();
    server = createServer((_request, response) => {
      const { status, body, announced = body.length } = served;
      response.writeHead(status, { "content-length": announced });
      response.write(body, () => (announced === body.length ? response.end() : response.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.ptau`;
  });

  after(function () {
    server.close();
    stage.remove();
  });

  async function start(name: string, ...args: string[]): Promise<string> {
    return refusal(init([...stage.commonWithoutPtau(name), "--circuit", CIRCUIT, ...args], () => undefined));
  }

  it("comes from the table that the pinned snarkjs publishes", function () {
    const readme = readFileSync(join(repositoryRoot(), "node_modules/snarkjs/README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| +(\d+) +\|.*\[(\S+\.ptau)\]\((\S+)\) +\| ([0-9a-f]{128}) \|$/gm)];
    const expected = rows.map(([, power, file, address, blake2b]) => ({
      power: Number(power),
      file,
      url: address,
      blake2b,
    }));
    expect(expected).to.have.length(21);
    expect(readPhase1Table(PINNED_TABLE).files).to.deep.equal(expected);
  });

  it("is the smallest file with a row for every constraint, public signal and the constant", async function () {
    const table = readPhase1Table(PINNED_TABLE);
    const wanted = async (rows: number) =>
      refusal(phase1For(rows, table, { cache: stage.path("cache") }, () => undefined));
    expect(await wanted(5)).to.match(/^CEREMONY_PTAU_MISSING: .*hez_final_08\.ptau.*--ptau.*--download/);
    expect(await wanted(9_557)).to.contain("hez_final_14.ptau");
    expect(await wanted(16_384)).to.contain("hez_final_14.ptau");
    expect(await wanted(16_385)).to.contain("hez_final_15.ptau");
    expect(await wanted(2 ** 28 + 1)).to.match(/^CEREMONY_CIRCUIT_TOO_LARGE: /);
  });

  it("is refused when missing, not pinned, or too small; a larger pinned one is taken", async function () {
    const [other, small, large] = ["other", "small", "large"].map((name) => stage.path(`${name}.ptau`)) as [
      string,
      string,
      string,
    ];
    await makePowersOfTau(stage.folder, other, "unpinned", POWER);
    await makePowersOfTau(stage.folder, small, "small", 2);
    await makePowersOfTau(stage.folder, large, "large", POWER + 1);
    stage.pin([
      { path: small, power: 2 },
      { path: stage.ptau, power: POWER },
      { path: large, power: POWER + 1 },
    ]);
    const before = tree(stage.folder);
    expect(await start("new")).to.match(/^CEREMONY_PTAU_MISSING: .*tiny_4\.ptau/);
    expect(await start("new", "--ptau", stage.path("nothing"))).to.match(/^CEREMONY_PTAU_MISSING: .*nothing/);
    expect(await start("new", "--ptau", other)).to.match(
      /^CEREMONY_PTAU_HASH: .*other\.ptau has BLAKE2b [0-9a-f]{128}, which is not pinned/,
    );
    expect(await start("new", "--ptau", small)).to.match(/^CEREMONY_PTAU_TOO_SMALL: .*2\^2 rows.*needs 2\^4/);
    expect(tree(stage.folder)).to.deep.equal(before);

    expect(
      await init([...stage.commonWithoutPtau("larger"), "--circuit", CIRCUIT, "--ptau", large], () => undefined),
    ).to.equal(true);
    // The ceremony goes on with that file and no other.
    expect(await refusal(stage.run("contribute", "larger", "--name", "Ada"))).to.match(/^CEREMONY_PTAU_HASH: /);
    // Nor does a table without it accept the ceremony.
    stage.pin([{ path: stage.ptau, power: POWER }]);
    expect(await refusal(stage.run("verify", "larger", "--open"))).to.match(/^CEREMONY_PTAU_HASH: .*not pinned/);
  });

  it("is never the development one, also when somebody pinned it", async function () {
    const path = stage.path("innocent.ptau");
    await makePowersOfTau(stage.folder, path, PHASE1.beaconText, POWER);
    stage.pin([{ path, power: POWER }]);
    const before = tree(stage.folder);
    expect(await start("new", "--ptau", path)).to.match(/^CEREMONY_PTAU_DEVELOPMENT: .*innocent\.ptau.*DEV-ONLY/);
    expect(tree(stage.folder)).to.deep.equal(before);
  });

  it("is kept once it was downloaded and has its hash", async function () {
    stage.pin([{ path: stage.ptau, power: POWER, url }]);
    served = { status: 200, body: readFileSync(stage.ptau) };
    const lines: string[] = [];
    const args = [...stage.commonWithoutPtau("downloaded"), "--circuit", CIRCUIT, "--download"];
    expect(await init(args, (line) => lines.push(line))).to.equal(true);
    expect(lines).to.include(`Downloading ${url}, 0 MB ...`);
    expect(lines.join("\n")).to.match(/ MB, 100 %/);
    expect(readdirSync(stage.path("cache"))).to.deep.equal(["tiny_4.ptau"]);
    served = { status: 404, body: Buffer.alloc(0) };
    await stage.run("verify", "downloaded", "--open");
    expect(await init([...stage.commonWithoutPtau("cached"), "--circuit", CIRCUIT], () => undefined)).to.equal(true);
  });

  it("leaves nothing of a download that fails", async function () {
    const whole = readFileSync(stage.ptau);
    const cache = stage.path("empty-cache");
    mkdirSync(cache);
    const fails = async (): Promise<string> => {
      const found = await start("failed", "--download", "--cache", cache);
      expect(readdirSync(cache)).to.deep.equal([]);
      expect(existsSync(stage.path("failed"))).to.equal(false);
      return found;
    };
    stage.pin([{ path: stage.ptau, power: POWER, url }]);
    served = { status: 503, body: Buffer.alloc(0) };
    expect(await fails()).to.match(/^CEREMONY_DOWNLOAD_FAILED: .*the server answers 503/);
    served = { status: 200, body: whole.subarray(0, 1_000), announced: whole.length };
    expect(await fails()).to.match(/^CEREMONY_DOWNLOAD_FAILED: /);
    served = { status: 200, body: Buffer.concat([whole, Buffer.from("!")]) };
    expect(await fails()).to.match(/^CEREMONY_PTAU_HASH: .*must have [0-9a-f]{128}$/);
    // Nobody listens there.
    stage.pin([{ path: stage.ptau, power: POWER, url: "http://127.0.0.1:9/tiny.ptau" }]);
    expect(await fails()).to.match(
      /^CEREMONY_DOWNLOAD_FAILED: cannot download http.*Is this machine offline\? .*--ptau.*Nothing was left behind\.$/,
    );
    // What is cached under that name is checked as well.
    writeFileSync(join(cache, "tiny_4.ptau"), "something");
    expect(await start("failed", "--cache", cache)).to.match(/^CEREMONY_PTAU_HASH: .*tiny_4\.ptau has BLAKE2b/);
  });
});
