import { createHash } from "node:crypto";

import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";

import { CorexError } from "../errors.ts";
import { MAX_BLOCK_BYTES } from "./block-store.ts";

const SHA2_256 = 0x12;
const DIGEST_BYTES = 32;

/** The codecs of UnixFS files, by their numbers in a CID. */
const CODECS: ReadonlyMap<number, BlockCodec> = new Map([
  [0x55, "raw"],
  [0x70, "dag-pb"],
]);

export type BlockCodec = "raw" | "dag-pb";

declare const blockCidBrand: unique symbol;

/** A CIDv1 with the raw or dag-pb codec and a sha-256 digest, in lower-case base32. */
export type BlockCid = string & { readonly [blockCidBrand]: true };

/**
 * Checks text from outside and returns it as a CID.
 *
 * @throws CorexError STORE_INVALID_ID when it is not a CIDv1, raw or dag-pb, sha-256, in its one canonical spelling.
 */
export function parseBlockCid(text: string): BlockCid {
  parse(text);
  return text as BlockCid;
}

/** How the block is encoded. @throws CorexError STORE_INVALID_ID. */
export function codecOf(cid: BlockCid): BlockCodec {
  return parse(cid).codec;
}

/** Whether `bytes` are the block that `cid` names. @throws CorexError STORE_INVALID_ID. */
export function isBlock(cid: BlockCid, bytes: Uint8Array): boolean {
  return cidLike(cid, bytes) === cid;
}

/**
 * Checks that `bytes` are the block that `cid` names.
 *
 * @param where where they came from, for the message.
 * @throws CorexError STORE_INVALID_ID, STORE_TOO_LARGE, STORE_DIGEST_MISMATCH.
 */
export function checkBlock(cid: BlockCid, bytes: Uint8Array, where: string): void {
  if (bytes.length > MAX_BLOCK_BYTES) {
    throw new CorexError(
      "STORE_TOO_LARGE",
      `the block ${cid} from ${where} has ${bytes.length} bytes, at most ${MAX_BLOCK_BYTES} are allowed`,
      { retry: "after-change", details: { id: cid, bytes: bytes.length } },
    );
  }
  const actual = cidLike(cid, bytes);
  if (actual !== cid) {
    throw new CorexError(
      "STORE_DIGEST_MISMATCH",
      `the block from ${where} is corrupted: expected ${cid}, its bytes hash to ${actual}`,
      { retry: "after-change", details: { id: cid, actual, bytes: bytes.length, where } },
    );
  }
}

/** The CID of `bytes` with the codec of `cid`. */
function cidLike(cid: BlockCid, bytes: Uint8Array): string {
  const digest = createDigest(SHA2_256, createHash("sha256").update(bytes).digest());
  return CID.createV1(parse(cid).code, digest).toString();
}

function parse(text: string): { code: number; codec: BlockCodec } {
  let cid: CID<unknown, number, number>;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw invalidCid(text, "it is not a CID", cause);
  }
  const { code, multihash } = cid;
  const codec = CODECS.get(code);
  if (cid.version !== 1 || codec === undefined || multihash.code !== SHA2_256) {
    throw invalidCid(text, "it is not a CIDv1 of a raw or dag-pb block by sha-256");
  }
  if (multihash.digest.length !== DIGEST_BYTES || cid.toString() !== text) {
    throw invalidCid(text, "it is not in canonical spelling");
  }
  return { code, codec };
}

function invalidCid(text: string, reason: string, cause?: unknown): CorexError {
  return new CorexError("STORE_INVALID_ID", `"${text}" is no block id: ${reason}`, { details: { id: text }, cause });
}
