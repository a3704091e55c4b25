import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { concat, keccak256, toBeHex } from "ethers";
import * as snarkjs from "snarkjs";
import type { VerificationKeyJson } from "snarkjs";

import { DEVELOPMENT_PHASE1, isDevelopmentKey, phase1Of } from "../../packages/sdk/src/circuits/development-key.ts";
import { circuitPaths, readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { useSingleThreadCurve } from "../../packages/sdk/src/proof/single-thread-curve.ts";
import { P, power } from "../support/market/curve.ts";

const TEXT = "Corex DEV-ONLY phase 1";
/** Sections of a powers-of-tau file: alpha times each power, beta in G2. */
const [ALPHA_TAU_G1, BETA_G2] = [4, 6];

/** A word as the file has it: little endian, times 2^256. */
function fromMontgomery(bytes: Buffer): bigint {
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return (value * power(2n ** 256n % P, P - 2n, P)) % P;
}

function words(section: Buffer, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => fromMontgomery(section.subarray(32 * i, 32 * (i + 1))));
}

function readSection(file: Buffer, type: number): Buffer {
  for (let position = 12; position < file.length;) {
    const size = Number(file.readBigUInt64LE(position + 4));
    const start = position + 12;
    if (file.readUInt32LE(position) === type) return file.subarray(start, start + size);
    position = start + size;
  }
  throw new Error(`no section ${type}`);
}

/** Alpha and beta of the powers of tau of any size that a published text makes, as the words of a verifying key. */
async function phase1From(text: string, size: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "corex-phase1-"));
  try {
    const [initial, contributed] = [join(folder, "initial"), join(folder, "contributed")];
    const beacon = createHash("sha256").update(text).digest("hex");
    await snarkjs.powersOfTau.newAccumulator(await snarkjs.curves.getCurveFromName("bn128"), size, initial);
    await snarkjs.powersOfTau.beacon(initial, contributed, "test", beacon, 10);
    const file = readFileSync(contributed);
    const [x0 = 0n, x1 = 0n, y0 = 0n, y1 = 0n] = words(readSection(file, BETA_G2), 4);
    const all = [...words(readSection(file, ALPHA_TAU_G1), 2), x1, x0, y1, y0];
    return keccak256(concat(all.map((word) => toBeHex(word, 32))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Development keys
// ├── the constant follows from the published text, whatever the number of powers
// └── it is that of every development key of the manifest, and of no key with another alpha or beta
describe("development keys", function () {
  this.timeout(60_000);
  let keys: VerificationKeyJson[];

  before(async function () {
    await useSingleThreadCurve();
    keys = Object.entries(readManifest().circuits)
      .filter(([, entry]) => entry.devOnly)
      .map(
        ([key, entry]) =>
          JSON.parse(readFileSync(circuitPaths(key, entry).verificationKey, "utf8")) as VerificationKeyJson,
      );
  });

  it("share the phase 1 that the published text decides, for any number of powers (INV-CIR-4)", async function () {
    expect(await phase1From(TEXT, 2)).to.equal(DEVELOPMENT_PHASE1);
    expect(await phase1From(TEXT, 5)).to.equal(DEVELOPMENT_PHASE1);
    expect(await phase1From(`${TEXT} `, 2)).to.not.equal(DEVELOPMENT_PHASE1);
  });

  it("are all of the manifest's that say so", function () {
    expect(keys).to.not.be.empty;
    for (const key of keys) expect(phase1Of(key)).to.equal(DEVELOPMENT_PHASE1);
  });

  it("are told from keys with another alpha or beta", function () {
    for (const key of keys) {
      expect(isDevelopmentKey(key)).to.equal(true);
      expect(isDevelopmentKey({ ...key, vk_delta_2: key.vk_gamma_2, IC: key.IC.toReversed() })).to.equal(true);
      expect(isDevelopmentKey({ ...key, vk_alpha_1: ["1", "2", "1"] })).to.equal(false);
      expect(isDevelopmentKey({ ...key, vk_beta_2: key.vk_gamma_2 })).to.equal(false);
    }
  });
});
