import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, concat, keccak256, toBeHex } from "ethers";
import * as snarkjs from "snarkjs";
import type { VerificationKeyJson } from "snarkjs";

import { isDevelopmentKey } from "../../packages/sdk/src/circuits/development-key.ts";
import type { CircuitEntry } from "../../packages/sdk/src/circuits/manifest.ts";
import { encodeVerifyingKey } from "../../packages/sdk/src/proof/encode-verifying-key.ts";
import { useSingleThreadCurve } from "../../packages/sdk/src/proof/single-thread-curve.ts";
import { readRecord } from "../../scripts/ceremony/lib/record.ts";
import { checkKey } from "../../scripts/circuits/lib/check-key.ts";
import { sha256File } from "../../scripts/circuits/lib/sha256.ts";
import { readContributions } from "../../scripts/circuits/lib/zkey-contributions.ts";
import { runScript } from "../e2e/support/run-script.ts";
import { refusal, tree } from "./support/refusal.ts";
import { CIRCUIT, Stage } from "./support/stage.ts";

const BEACON = ["--value", `0x${"A1".repeat(32)}`, "--source", "drand round 1"];

// npm run ceremony
// ├── two contributors and a beacon make a key that proves, and whose record everybody can check
// ├── init
// │   ├── given the folder exists, the circuit is unknown or not that of the manifest, it changes nothing
// │   └── it starts where constraints and powers of tau say, and nowhere else
// ├── contribute
// │   ├── when the name is no name, has contributed, or the entropy file is missing or empty, it changes nothing
// │   ├── given the beacon was made, or a file in its place, it changes nothing
// │   └── it never takes entropy from the command line and prints none
// ├── beacon
// │   ├── when value, source or iterations are unusable or not those announced, it changes nothing
// │   └── given fewer than two contributed, or a beacon was made, it changes nothing
// └── finalize
//     └── given there is no beacon, or the files exist, it writes nothing
describe("npm run ceremony", function () {
  this.timeout(60_000);
  let stage: Stage;

  before(async function () {
    await useSingleThreadCurve();
    stage = await Stage.create();
    await stage.run("init", "begun", "--circuit", CIRCUIT, "--beacon-source", "drand round 1");
    stage.copy("begun", "one");
    await stage.run("contribute", "one", "--name", "Ada");
    stage.copy("one", "two");
    writeFileSync(stage.path("dice"), "3 1 4 1 5 9 2 6");
    await stage.run("contribute", "two", "--name", "Bob (Corex)", "--entropy-file", stage.path("dice"));
    stage.copy("two", "done");
    await stage.run("beacon", "done", ...BEACON);
  });

  after(function () {
    stage.remove();
  });

  it("verifies what it made, and shows it as a table", async function () {
    expect(await stage.run("verify", "done")).to.equal(true);
    const lines = stage.output.map((line) => line.trim().split(/ {2,}/));
    const hashes = readRecord(stage.path("done")).contributions.map((made) => made.contributionHash.slice(0, 16));
    expect(lines.slice(-5)).to.deep.equal([
      ["0", "start", "ok"],
      ["1", "contribution", "Ada", hashes[0], "ok"],
      ["2", "contribution", "Bob (Corex)", hashes[1], "ok"],
      ["3", "beacon", "final beacon", hashes[2], "ok"],
      ["The ceremony is valid."],
    ]);
    expect(await stage.run("verify", "two")).to.equal(false);
    expect(stage.output.join("\n")).to.contain("the beacon is missing");
    for (const open of ["begun", "one", "two"]) expect(await stage.run("verify", open, "--open")).to.equal(true);
  });

  it("exports a key that proves, with its transcript and its entry for the manifest", async function () {
    const out = stage.path("out");
    expect(await stage.run("finalize", "done", "--out", out)).to.equal(true);
    const read = (file: string): unknown => JSON.parse(readFileSync(join(out, file), "utf8"));
    const entry = (read(`${CIRCUIT}.manifest.json`) as Record<string, CircuitEntry>)[CIRCUIT];
    if (entry === undefined) throw new Error("no manifest entry");
    expect(stage.output.join("\n")).to.contain(JSON.stringify({ [CIRCUIT]: entry }, null, 2));
    expect(entry.devOnly).to.equal(false);

    const words = encodeVerifyingKey(read(`${CIRCUIT}.vkey.json`) as VerificationKeyJson);
    expect(stage.output.slice(-4, -1)).to.deep.equal([
      `On chain, circuit: ${keccak256(AbiCoder.defaultAbiCoder().encode(["string", "uint32", "uint256[]"], ["Cube", 1, []]))}`,
      `On chain, keyHash: ${keccak256(concat(words.map((word) => toBeHex(word, 32))))}`,
      `On chain, transcript: 0x${sha256File(join(out, `${CIRCUIT}.transcript.json`))}`,
    ]);

    const zkey = join(out, `${CIRCUIT}.zkey`);
    const verificationKey = join(out, `${CIRCUIT}.vkey.json`);
    const paths = { buildDir: "", r1cs: "", sym: "", wasm: stage.wasm, zkey, verificationKey };
    expect(await checkKey(entry, paths)).to.deep.equal([]);
    expect(readContributions(zkey).map(({ beacon }) => beacon)).to.deep.equal([false, false, true]);

    const witness = { type: "mem" as const };
    await snarkjs.wtns.calculate({ x: 3, ctx: 5 }, stage.wasm, witness);
    const { proof, publicSignals } = await snarkjs.groth16.prove(zkey, witness, undefined, { singleThread: true });
    const key = read(`${CIRCUIT}.vkey.json`) as VerificationKeyJson;
    expect(publicSignals).to.deep.equal(["32", "5"]);
    expect(await snarkjs.groth16.verify(key, publicSignals, proof)).to.equal(true);
    expect(await snarkjs.groth16.verify(key, ["33", "5"], proof)).to.equal(false);
    expect(isDevelopmentKey(key)).to.equal(false);

    const transcript = read(`${CIRCUIT}.transcript.json`) as { steps: Record<string, unknown>[] };
    expect(JSON.stringify(transcript)).to.not.contain("DEV-ONLY");
    expect(transcript.steps.map(({ step }) => step)).to.deep.equal([
      "phase 1, public powers of tau",
      "circuit, compile",
      "phase 2, new",
      "phase 2, contribution 1",
      "phase 2, contribution 2",
      "phase 2, beacon",
      "verify",
      "verification key",
    ]);
    expect(transcript.steps[5]).to.deep.include({
      beacon: { source: "drand round 1", value: "a1".repeat(32), iterations: 1024 },
      sha256: entry.zkey.sha256,
    });
    expect(transcript.steps[7]).to.deep.include({ sha256: entry.verificationKey.sha256 });
    expect(await refusal(stage.run("finalize", "done", "--out", out))).to.match(
      /^CEREMONY_FILE_EXISTS: .*tiny-2\.zkey/,
    );
  });

  it("starts over nothing, and only circuits that compile to what the manifest says", async function () {
    const begun = tree(stage.path("begun"));
    expect(await refusal(stage.run("init", "begun", "--circuit", CIRCUIT))).to.match(/^CEREMONY_EXISTS: .*begun/);
    expect(tree(stage.path("begun"))).to.deep.equal(begun);

    const source = readFileSync(stage.source, "utf8");
    const before = tree(stage.folder);
    expect(await refusal(stage.run("init", "new", "--circuit", "other"))).to.match(/^CIRCUIT_UNKNOWN: .*known: tiny-2/);
    expect(await refusal(stage.run("init", "new"))).to.match(/^CEREMONY_USAGE: /);
    expect(await refusal(stage.run("init", "new", "--circuit", CIRCUIT, "--download"))).to.match(/^CEREMONY_USAGE: /);
    expect(tree(stage.folder)).to.deep.equal(before);
    writeFileSync(stage.source, source.replace("square * x", "square * square"));
    expect(await refusal(stage.run("init", "new", "--circuit", CIRCUIT))).to.match(/^CEREMONY_R1CS: .*not frozen/);
    writeFileSync(stage.source, source);
    expect(tree(stage.folder)).to.deep.equal(before);
  });

  it("gives other keys for the same contributor at another time: the entropy is fresh", async function () {
    stage.copy("begun", "again");
    await stage.run("contribute", "again", "--name", "Ada");
    const hash = (name: string) => readRecord(stage.path(name)).contributions[0]?.contributionHash;
    expect(hash("again")).to.match(/^[0-9a-f]{128}$/);
    expect(hash("again")).to.not.equal(hash("one"));
  });

  it("takes no contribution without a new name and usable entropy", async function () {
    const before = tree(stage.path("one"));
    writeFileSync(stage.path("empty"), "");
    for (const [args, expected] of [
      [[], /^CEREMONY_USAGE: say who/],
      [["--name", ""], /^CEREMONY_NAME: /],
      [["--name", "a\nb"], /^CEREMONY_NAME: /],
      [["--name", "x".repeat(65)], /^CEREMONY_NAME: /],
      [["--name", "DEV-ONLY phase 2"], /^CEREMONY_NAME: /],
      [["--name", "Ada"], /^CEREMONY_NAME: Ada has contributed already/],
      [["--name", "Eve", "--entropy-file", stage.path("nothing")], /^CEREMONY_ENTROPY: .*cannot be read/],
      [["--name", "Eve", "--entropy-file", stage.path("empty")], /^CEREMONY_ENTROPY: .*is empty/],
      [["--name", "Eve", "--entropy", "secret"], /Unknown option '--entropy'/],
    ] as const) {
      expect(await refusal(stage.run("contribute", "one", ...args))).to.match(expected);
    }
    expect(tree(stage.path("one"))).to.deep.equal(before);
  });

  it("replaces no file that the record does not know: somebody may have contributed", async function () {
    const folder = stage.copy("two", "interrupted");
    writeFileSync(join(folder, "ceremony.json"), readFileSync(stage.path("one", "ceremony.json")));
    const before = tree(folder);
    expect(await refusal(stage.run("contribute", "interrupted", "--name", "Eve"))).to.match(
      /^CEREMONY_INVALID: [^]*0002\.zkey: the record does not know this contribution/,
    );
    expect(tree(folder)).to.deep.equal(before);
  });

  it("ends once, and nothing is added afterwards", async function () {
    const before = tree(stage.path("done"));
    expect(await refusal(stage.run("beacon", "done", ...BEACON))).to.match(/^CEREMONY_CLOSED: /);
    expect(await refusal(stage.run("contribute", "done", "--name", "Eve"))).to.match(/^CEREMONY_CLOSED: /);
    expect(tree(stage.path("done"))).to.deep.equal(before);
  });

  it("ends with a usable value from where it was announced, after two contributed", async function () {
    const before = tree(stage.path("two"));
    const value = "ab".repeat(32);
    for (const [args, expected] of [
      [["--value", value], /^CEREMONY_USAGE: /],
      [["--value", "ab".repeat(31), "--source", "drand round 1"], /^CEREMONY_BEACON: .*32 to 128 bytes/],
      [["--value", `${value}0`, "--source", "drand round 1"], /^CEREMONY_BEACON: .*32 to 128 bytes/],
      [["--value", "zz".repeat(32), "--source", "drand round 1"], /^CEREMONY_BEACON: .*32 to 128 bytes/],
      [["--value", value, "--source", " "], /^CEREMONY_BEACON: .*source is empty/],
      [["--value", value, "--source", "drand round 2"], /^CEREMONY_BEACON: .*announced from "drand round 1"/],
      [[...BEACON, "--iterations", "9"], /^CEREMONY_BEACON: .*2\^9 iterations/],
      [[...BEACON, "--iterations", "31"], /^CEREMONY_BEACON: .*2\^31 iterations/],
      [[...BEACON, "--iterations", "ten"], /^CEREMONY_BEACON: .*2\^ten iterations/],
    ] as const) {
      expect(await refusal(stage.run("beacon", "two", ...args))).to.match(expected);
    }
    expect(tree(stage.path("two"))).to.deep.equal(before);
    expect(await refusal(stage.run("beacon", "one", ...BEACON))).to.match(/^CEREMONY_CONTRIBUTORS: 1 contributed/);
  });

  it("exports nothing before the beacon", async function () {
    const out = stage.path("early");
    expect(await refusal(stage.run("finalize", "two", "--out", out))).to.match(
      /^CEREMONY_INVALID: [^]*the beacon is missing/,
    );
    expect(readdirSync(stage.folder)).to.not.include("early");
  });

  it("is one command, which says what it can and ends with 1 on errors", async function () {
    const unknown = await runScript("scripts/ceremony/main.ts", ["undo"]);
    expect(unknown.code).to.equal(1);
    expect(unknown.output).to.contain('Error CEREMONY_USAGE: no command "undo"').and.contain("contribute  --name NAME");
    const verified = await runScript("scripts/ceremony/main.ts", ["verify", ...stage.common("done")]);
    expect(verified.code, verified.output).to.equal(0);
    expect(verified.output).to.contain("WARNING: powers of tau are those of").and.contain("The ceremony is valid.");
    const open = await runScript("scripts/ceremony/main.ts", ["verify", ...stage.common("two")]);
    expect(open.code).to.equal(1);
    expect(open.output).to.contain("The ceremony is NOT valid: 1 problems.");
  });
});
