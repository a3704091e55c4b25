import { createHash } from "node:crypto";

import * as snarkjs from "snarkjs";
import type { Curve, CurveGroup } from "snarkjs";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { readContributionsSection } from "../../circuits/lib/zkey-contributions.ts";

/** One contribution as the key itself records it. Its name is not part of any hash: only attestations vouch for it. */
export interface ChainLink {
  readonly kind: "contribution" | "beacon";
  readonly name: string;
  readonly contributionHash: string;
  /** Present for a beacon only. */
  readonly beacon?: { readonly value: string; readonly iterationsExponent: number };
  /** The whole record, to compare with the same place of an earlier key. */
  readonly bytes: Buffer;
}

const [HASH_BYTES, G1_BYTES, G2_BYTES] = [64, 64, 128];
/** Parameters of a contribution, each behind its number. */
const [NAME, ITERATIONS, BEACON] = [1, 2, 3];

/**
 * Reads the contributions of a proving key, oldest first.
 *
 * @throws CorexError CEREMONY_ZKEY_INVALID when the file is not a proving key.
 */
export async function readChain(zkey: string): Promise<ChainLink[]> {
  const curve = await snarkjs.curves.getCurveFromName("bn128");
  try {
    const section = readContributionsSection(zkey);
    const links: ChainLink[] = [];
    let position = HASH_BYTES + 4;
    for (let left = section.readUInt32LE(HASH_BYTES); left > 0; left--) {
      const link = readLink(section.subarray(position), curve);
      links.push(link);
      position += link.bytes.length;
    }
    if (position !== section.length) throw new Error(`${section.length - position} bytes behind the last contribution`);
    return links;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("CEREMONY_ZKEY_INVALID", `${zkey} is not a proving key: ${reason}`, { cause });
  }
}

/** Record: delta after it, key in G1 (two points) and G2, transcript, type, and parameters with their length. */
function readLink(bytes: Buffer, curve: Curve): ChainLink {
  const head = 3 * G1_BYTES + G2_BYTES + HASH_BYTES;
  const hash = createHash("blake2b512");
  for (let i = 0; i < 3; i++) hash.update(uncompressed(curve.G1, bytes.subarray(i * G1_BYTES, (i + 1) * G1_BYTES)));
  hash.update(uncompressed(curve.G2, bytes.subarray(3 * G1_BYTES, 3 * G1_BYTES + G2_BYTES)));
  hash.update(bytes.subarray(head - HASH_BYTES, head));

  const kind = bytes.readUInt32LE(head) === 1 ? "beacon" : "contribution";
  const end = head + 8 + bytes.readUInt32LE(head + 4);
  if (end > bytes.length) throw new Error("a contribution is cut off");
  const { name, ...beacon } = readParameters(bytes.subarray(head + 8, end));
  return {
    kind,
    name,
    contributionHash: hash.digest("hex"),
    ...(kind === "beacon" ? { beacon } : {}),
    bytes: Buffer.from(bytes.subarray(0, end)),
  };
}

function readParameters(bytes: Buffer): { name: string; value: string; iterationsExponent: number } {
  let [name, value, iterationsExponent] = ["", "", 0];
  for (let position = 0; position < bytes.length;) {
    const type = bytes.readUInt8(position);
    const length = bytes.readUInt8(position + 1);
    if (type === ITERATIONS) {
      iterationsExponent = length;
      position += 2;
      continue;
    }
    const data = bytes.subarray(position + 2, position + 2 + length);
    if (type === NAME) name = data.toString("utf8");
    else if (type === BEACON) value = data.toString("hex");
    else throw new Error(`unknown parameter ${type} of a contribution`);
    position += 2 + length;
  }
  return { name, value, iterationsExponent };
}

/** A point in the form that is hashed. A copy, because the library takes the length of the whole buffer. */
function uncompressed(group: CurveGroup, point: Buffer): Uint8Array {
  const target = new Uint8Array(point.length);
  group.toRprUncompressed(target, 0, Uint8Array.from(point));
  return target;
}
