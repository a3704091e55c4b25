import { readFileSync } from "node:fs";

/** Section of a zkey file that records the phase-2 contributions. */
const CONTRIBUTIONS_SECTION = 10;
/** Bytes of the circuit hash at its start. */
const CIRCUIT_HASH_BYTES = 64;
/** Bytes of one contribution before its type: three G1 points, one G2 point, the transcript hash. */
const CONTRIBUTION_HEAD_BYTES = 3 * 64 + 128 + 64;

/** The phase-2 contributions of a proving key, in order, as written by snarkjs. */
export function readContributions(zkey: string): { beacon: boolean }[] {
  return parse(readContributionsSection(zkey));
}

/** The section of a proving key that records its phase-2 contributions: circuit hash, count, contributions. */
export function readContributionsSection(zkey: string): Buffer {
  const file = readFileSync(zkey);
  if (file.toString("latin1", 0, 4) !== "zkey") throw new Error(`${zkey} is not a zkey file`);

  const sections = file.readUInt32LE(8);
  let position = 12;
  for (let i = 0; i < sections; i++) {
    const type = file.readUInt32LE(position);
    const size = Number(file.readBigUInt64LE(position + 4));
    position += 12;
    if (type === CONTRIBUTIONS_SECTION) return file.subarray(position, position + size);
    position += size;
  }
  throw new Error(`${zkey} has no contributions section`);
}

function parse(section: Buffer): { beacon: boolean }[] {
  const contributions: { beacon: boolean }[] = [];
  const count = section.readUInt32LE(CIRCUIT_HASH_BYTES);
  let position = CIRCUIT_HASH_BYTES + 4;
  for (let i = 0; i < count; i++) {
    position += CONTRIBUTION_HEAD_BYTES;
    contributions.push({ beacon: section.readUInt32LE(position) === 1 });
    position += 8 + section.readUInt32LE(position + 4);
  }
  return contributions;
}
