import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as snarkjs from "snarkjs";

import { beaconOf, PHASE2, phase2BeaconText, WARNING } from "./dev-setup.ts";
import { step } from "./progress.ts";
import { sha256File } from "./sha256.ts";

export interface DevKey {
  readonly zkey: string;
  readonly verificationKey: string;
  readonly initialSha256: string;
  readonly zkeySha256: string;
  readonly verificationKeySha256: string;
  readonly beacon: string;
  readonly contributionHash: string;
}

/**
 * Makes the development key of one circuit in `directory` and verifies it against constraints and powers of tau.
 *
 * @throws Error when snarkjs rejects an input or the finished key.
 */
export async function makeDevKey(key: string, r1cs: string, ptau: string, directory: string): Promise<DevKey> {
  mkdirSync(directory, { recursive: true });
  const initial = join(directory, "initial.zkey");
  const zkey = join(directory, `${key}.zkey`);
  const verificationKey = join(directory, `${key}.vkey.json`);
  const beacon = beaconOf(phase2BeaconText(key));

  await step(`${key}: phase 2, new key`, async (logger) => {
    if ((await snarkjs.zKey.newZKey(r1cs, ptau, initial, logger)) === -1)
      throw new Error("snarkjs cannot make the key");
  });
  const contribution = await step(`${key}: phase 2, beacon`, async (logger) =>
    snarkjs.zKey.beacon(initial, zkey, PHASE2.name, beacon, PHASE2.iterationsExponent, logger),
  );
  if (contribution === false) throw new Error("snarkjs rejected the beacon");
  const valid = await step(`${key}: verify against constraints and powers of tau`, async (logger) =>
    snarkjs.zKey.verifyFromR1cs(r1cs, ptau, zkey, logger),
  );
  if (!valid) throw new Error(`${zkey} does not belong to its constraints`);

  const exported = { warning: WARNING, ...(await snarkjs.zKey.exportVerificationKey(zkey)) };
  writeFileSync(verificationKey, `${JSON.stringify(exported, null, 2)}\n`);
  const initialSha256 = sha256File(initial);
  rmSync(initial);
  return {
    zkey,
    verificationKey,
    initialSha256,
    zkeySha256: sha256File(zkey),
    verificationKeySha256: sha256File(verificationKey),
    beacon,
    contributionHash: Buffer.from(contribution).toString("hex"),
  };
}
