import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import * as snarkjs from "snarkjs";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { beaconOf, PHASE1 } from "./dev-setup.ts";
import { step } from "./progress.ts";
import { sha256File } from "./sha256.ts";

/**
 * The development powers of tau: from the cache when its content has the pinned hash, else made (ten minutes on two cores).
 *
 * @returns path of the prepared file.
 * @throws Error when a file that was made does not have its pinned hash.
 */
export async function developmentPowersOfTau(): Promise<string> {
  const cache = join(repositoryRoot(), ".cache/ptau");
  const final = join(cache, `${PHASE1.sha256.prepared}.ptau`);
  if (existsSync(final) && sha256File(final) === PHASE1.sha256.prepared) return final;

  mkdirSync(cache, { recursive: true });
  const initial = join(cache, "initial.ptau");
  const contributed = join(cache, "contributed.ptau");
  const prepared = join(cache, "prepared.ptau");

  await step(`Phase 1: new accumulator, 2^${PHASE1.power}`, async (logger) => {
    const curve = await snarkjs.curves.getCurveFromName("bn128");
    await snarkjs.powersOfTau.newAccumulator(curve, PHASE1.power, initial, logger);
  });
  requireHash(initial, PHASE1.sha256.initial);
  await step("Phase 1: beacon", async (logger) => {
    const { name, beaconText, iterationsExponent } = PHASE1;
    await snarkjs.powersOfTau.beacon(initial, contributed, name, beaconOf(beaconText), iterationsExponent, logger);
  });
  requireHash(contributed, PHASE1.sha256.contributed);
  await step("Phase 1: prepare phase 2 (the long one)", async (logger) => {
    await snarkjs.powersOfTau.preparePhase2(contributed, prepared, logger);
  });
  requireHash(prepared, PHASE1.sha256.prepared);

  renameSync(prepared, final);
  rmSync(initial);
  rmSync(contributed);
  return final;
}

function requireHash(file: string, expected: string): void {
  const actual = sha256File(file);
  if (actual !== expected) throw new Error(`${file} has sha256 ${actual}, expected ${expected}`);
}
