import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import * as snarkjs from "snarkjs";

import { useSingleThreadCurve } from "../../packages/sdk/src/proof/single-thread-curve.ts";
import { attestationOf } from "../../scripts/ceremony/lib/attestation.ts";
import { type CeremonyRecord, type Contribution, readRecord } from "../../scripts/ceremony/lib/record.ts";
import { readChain } from "../../scripts/ceremony/lib/zkey-chain.ts";
import { runCircom } from "../../scripts/circuits/lib/circom.ts";
import { sha256File } from "../../scripts/circuits/lib/sha256.ts";
import { refusal } from "./support/refusal.ts";
import { CIRCUIT, editJson, Stage } from "./support/stage.ts";

/** Section of a proving key that records its contributions. */
const CONTRIBUTIONS = 10;

/** Where the header of a section of a proving key begins. */
function sectionAt(file: Buffer, type: number): number {
  let position = 12;
  while (file.readUInt32LE(position) !== type) position += 12 + Number(file.readBigUInt64LE(position + 4));
  return position;
}

// ceremony verify
// ├── when a key, attestation or hash was changed, swapped or removed
// │   └── it names the contribution and what is wrong
// ├── when key, record and attestations were forged to fit each other
// │   ├── given a contribution that is no contribution, it is refused by pairings
// │   ├── given a beacon that is not the last, or not the value of the record, it is refused
// │   └── given a contributor was left out, only the published attestations show it, and do
// └── when the circuit changed, it asks for a new ceremony
describe("ceremony verify", function () {
  this.timeout(60_000);
  let stage: Stage;

  before(async function () {
    await useSingleThreadCurve();
    stage = await Stage.create();
    await stage.run("init", "good", "--circuit", CIRCUIT);
    for (const name of ["Ada", "Bob", "Eve"]) await stage.run("contribute", "good", "--name", name);
    await stage.run("beacon", "good", "--value", "0b".repeat(32), "--source", "block 1");
    mkdirSync(stage.path("published"));
    for (const index of [1, 2, 3, 4]) {
      const file = `000${index}.attestation.json`;
      copyFileSync(stage.path("good", file), stage.path("published", file));
    }
  });

  after(function () {
    stage.remove();
  });

  /** Problems that a spoiled copy has, as verification prints them. */
  async function problems(spoil: (folder: string) => void | Promise<void>, ...args: string[]): Promise<string> {
    const folder = stage.copy("good", "spoiled");
    await spoil(folder);
    expect(await stage.run("verify", "spoiled", ...args)).to.equal(false);
    expect(stage.output.at(-1)).to.match(/^The ceremony is NOT valid: \d+ problems\.$/);
    return stage.output.filter((line) => line.startsWith("      ")).join("\n");
  }

  /** Makes record and attestations fit the keys in a folder, as somebody would who controls all of it. */
  async function forge(folder: string, contributions: readonly Partial<Contribution>[]): Promise<void> {
    const old = readRecord(folder);
    const made = await Promise.all(
      contributions.map(async (given, i) => {
        const zkey = join(folder, `000${i + 1}.zkey`);
        const links = await readChain(zkey);
        const contributionHash = links.at(-1)?.contributionHash ?? "";
        return { kind: "contribution", name: "?", date: "?", ...given, sha256: sha256File(zkey), contributionHash };
      }),
    );
    const record = { ...old, contributions: made } as CeremonyRecord;
    writeFileSync(join(folder, "ceremony.json"), JSON.stringify(record));
    made.forEach((_, i) => {
      writeFileSync(join(folder, `000${i + 1}.attestation.json`), JSON.stringify(attestationOf(record, i + 1)));
    });
    for (const index of [1, 2, 3, 4, 5].slice(made.length)) {
      for (const kind of ["zkey", "attestation.json"]) rmSync(join(folder, `000${index}.${kind}`), { force: true });
    }
  }

  const beacon = (value: string): Partial<Contribution> => ({
    kind: "beacon",
    name: "final beacon",
    beacon: { source: "block 1", value, iterationsExponent: 10 },
  });
  const people = ["Ada", "Bob", "Eve"].map((name) => ({ name }));

  it("accepts the ceremony, also against the published attestations", async function () {
    expect(await stage.run("verify", "good", "--attestations", stage.path("published"))).to.equal(true);
    expect(await refusal(stage.run("verify", "good", "--attestations", stage.path("nowhere")))).to.match(
      /^CEREMONY_USAGE: .*nowhere does not exist/,
    );
    stage.copy("good", "forged");
    await forge(stage.path("forged"), [...people, beacon("0b".repeat(32))]);
    expect(await stage.run("verify", "forged")).to.equal(true);
  });

  it("finds a changed byte of any key", async function () {
    const files = [0, 2, 4].map((index) => `000${index}.zkey`);
    const found = await problems((folder) => {
      for (const file of files) {
        const bytes = readFileSync(join(folder, file));
        const at = bytes.length - 40;
        writeFileSync(join(folder, file), bytes.with(at, (bytes[at] ?? 0) ^ 1));
      }
    });
    for (const file of files) {
      expect(found).to.match(new RegExp(`${file}: sha256 is [0-9a-f]{64}, the record says`));
    }
    expect(found).to.not.match(/000[13]\.zkey: sha256/);
  });

  it("finds keys in the wrong order", async function () {
    const swap = (folder: string) => {
      renameSync(join(folder, "0001.zkey"), join(folder, "x"));
      renameSync(join(folder, "0002.zkey"), join(folder, "0001.zkey"));
      renameSync(join(folder, "x"), join(folder, "0002.zkey"));
    };
    expect(await problems(swap)).to.match(/0001\.zkey: sha256[^]*0001\.zkey: has 2 contributions, expected 1/);
    const found = await problems(async (folder) => {
      swap(folder);
      await forge(folder, [{ name: "Bob" }, { name: "Ada" }, { name: "Eve" }, beacon("0b".repeat(32))]);
    });
    expect(found).to.match(
      /0001\.zkey: has 2 contributions, expected 1\n.*0002\.zkey: has 1 contributions, expected 2/,
    );
  });

  it("finds missing keys and attestations, and those the record does not know", async function () {
    expect(await problems((folder) => rmSync(join(folder, "0002.zkey")))).to.contain("0002.zkey: is missing");
    expect(await problems((folder) => rmSync(join(folder, "0003.attestation.json")))).to.match(
      /0003\.attestation\.json: the attestation is missing/,
    );
    const found = await problems((folder) =>
      editJson(join(folder, "ceremony.json"), (record) => {
        record["contributions"] = (record["contributions"] as unknown[]).slice(0, 3);
      }),
    );
    expect(found)
      .to.contain("the beacon is missing")
      .and.match(/0004\.zkey: the record does not know this/);
  });

  it("finds attestations that say something else", async function () {
    const fields = ["name", "contributionHash", "previousSha256", "statement"];
    const found = await problems((folder) =>
      editJson(join(folder, "0002.attestation.json"), (json) => {
        for (const field of fields) json[field] = "other";
      }),
    );
    for (const field of fields) expect(found).to.contain(`0002.attestation.json: ${field} is not "`);
    expect(await problems((folder) => writeFileSync(join(folder, "0002.attestation.json"), "?"))).to.contain(
      "cannot be read as JSON",
    );
    const other = stage.copy("good", "signed");
    editJson(join(other, "0002.attestation.json"), (json) => (json["signature"] = "by the contributor"));
    expect(await stage.run("verify", "signed")).to.equal(true);
  });

  it("shows by the published attestations alone that a contributor was left out", async function () {
    const leaveOut = async (folder: string) => {
      // Ada, then Eve on top of her; Bob never happened.
      const [one, two, three] = [1, 2, 3].map((index) => join(folder, `000${index}.zkey`)) as [string, string, string];
      await snarkjs.zKey.contribute(one, two, "Eve", "entropy");
      await snarkjs.zKey.beacon(two, three, "final beacon", "0b".repeat(32), 10);
      await forge(folder, [{ name: "Ada" }, { name: "Eve" }, beacon("0b".repeat(32))]);
    };
    const found = await problems(leaveOut, "--attestations", stage.path("published"));
    expect(found).to.match(/published\/0002\.attestation\.json: name is not "Eve"/);
    expect(found).to.match(/published\/0004\.attestation\.json: the record does not know this contribution/);
    expect(await stage.run("verify", "spoiled")).to.equal(true);
  });

  it("refuses by pairings a contribution that follows from nothing", async function () {
    const found = await problems(async (folder) => {
      // The points of the key are those before Bob, the record of contributions those after him.
      const [before, after] = [1, 2].map((index) => readFileSync(join(folder, `000${index}.zkey`))) as [Buffer, Buffer];
      const head = before.subarray(0, sectionAt(before, CONTRIBUTIONS));
      writeFileSync(join(folder, "0002.zkey"), Buffer.concat([head, after.subarray(sectionAt(after, CONTRIBUTIONS))]));
      await forge(folder, people.slice(0, 2));
    }, "--open");
    expect(found).to.match(
      /^ +0002\.zkey: does not follow from constraints and powers of tau \(INVALID: +Invalid delta1\)$/,
    );
  });

  it("refuses by pairings a key with another point, whatever the record says", async function () {
    for (const [type, reason] of [
      [5, "A section is not identical"],
      [8, "L section does not match"],
      [9, "H section does not match"],
    ] as const) {
      const found = await problems(async (folder) => {
        const bytes = readFileSync(join(folder, "0004.zkey"));
        // The first two points of the section change places.
        const at = sectionAt(bytes, type) + 12;
        const points = Buffer.concat([bytes.subarray(at + 64, at + 128), bytes.subarray(at, at + 64)]);
        points.copy(bytes, at);
        writeFileSync(join(folder, "0004.zkey"), bytes);
        await forge(folder, [...people, beacon("0b".repeat(32))]);
      });
      expect(found).to.match(new RegExp(`^ +0004\\.zkey: does not follow [a-z ]+\\(${reason}\\)$`));
    }
  });

  it("refuses a beacon of another value, and one that is not the last", async function () {
    expect(await problems(async (folder) => forge(folder, [...people, beacon("0c".repeat(32))]))).to.match(
      /^ +0004\.zkey: not the beacon that the record names$/,
    );
    const found = await problems(async (folder) => {
      await snarkjs.zKey.contribute(join(folder, "0004.zkey"), join(folder, "0005.zkey"), "Mallory", "entropy");
      await forge(folder, [...people, beacon("0b".repeat(32)), { name: "Mallory" }]);
    });
    expect(found).to.match(/^ +a beacon is not the last contribution$/);
  });

  it("asks for two contributors and a new name for each", async function () {
    const found = await problems(async (folder) => {
      await snarkjs.zKey.beacon(
        join(folder, "0001.zkey"),
        join(folder, "0002.zkey"),
        "final beacon",
        "0b".repeat(32),
        10,
      );
      await forge(folder, [{ name: "Ada" }, beacon("0b".repeat(32))]);
    });
    expect(found).to.match(/^ +1 contributors, at least 2 are needed$/);
  });

  it("stops when the ceremony does not start from the circuit", async function () {
    const source = readFileSync(stage.source, "utf8");
    writeFileSync(stage.source, source.replace("+ ctx", "+ 2 * ctx"));
    try {
      expect(await refusal(stage.run("verify", "good"))).to.match(/^CEREMONY_R1CS: .*not frozen/);
      // Whoever changes the manifest too cannot change what the contributors attested to.
      const { r1cs } = runCircom(stage.source, stage.path("changed"));
      const old = readFileSync(stage.circuits);
      stage.freeze(r1cs);
      expect(await refusal(stage.run("verify", "good"))).to.match(/^CEREMONY_R1CS: .*needs a new ceremony/);
      stage.copy("good", "spoiled");
      const sha256 = sha256File(r1cs);
      editJson(stage.path("spoiled", "ceremony.json"), (json) => (json["r1cs"] = { sha256, rows: 5 }));
      expect(await refusal(stage.run("verify", "spoiled"))).to.match(/^CEREMONY_INITIAL_KEY: /);
      writeFileSync(stage.circuits, old);
    } finally {
      writeFileSync(stage.source, source);
    }
  });

  it("stops at a malformed record, and at a circuit of another identity", async function () {
    const spoiled = stage.copy("good", "spoiled");
    cpSync(stage.path("good"), spoiled, { recursive: true });
    const edit = (change: (json: Record<string, unknown>) => void) => {
      copyFileSync(stage.path("good", "ceremony.json"), join(spoiled, "ceremony.json"));
      editJson(join(spoiled, "ceremony.json"), change);
    };
    edit((json) => (json["initialSha256"] = "00"));
    expect(await refusal(stage.run("verify", "spoiled"))).to.match(
      /^CEREMONY_RECORD_INVALID: ceremony\.json\.initialSha256/,
    );
    edit((json) => (json["tool"] = "snarkjs 0.6.0"));
    expect(await refusal(stage.run("verify", "spoiled"))).to.match(/^CEREMONY_RECORD_INVALID: ceremony\.json\.tool/);
    edit((json) => ((json["circuit"] as Record<string, unknown>)["version"] = 2));
    expect(await refusal(stage.run("verify", "spoiled"))).to.match(/^CEREMONY_CIRCUIT_CHANGED: /);
    expect(await refusal(stage.run("verify", "nowhere"))).to.match(/^CEREMONY_RECORD_INVALID: .*cannot be read/);
  });
});
