import { JsonReader } from "@corex/sdk/data/json-reader";

import type { AttestationRequest } from "./attestor.ts";

const CODE = "ATTESTOR_BAD_REQUEST";
const MAX_UINT32 = 2 ** 32 - 1;
const DIGEST = /^0x[0-9a-f]{64}$/;

/** Reads the body of POST /attest. @throws CorexError ATTESTOR_BAD_REQUEST naming the field. */
export function parseAttestationRequest(json: unknown): AttestationRequest {
  const body = new JsonReader(json, CODE, "body");
  return {
    node: BigInt(body.field("node").integer(1, MAX_UINT32)),
    nonce: BigInt(body.field("nonce").integer(0, MAX_UINT32)),
    digests: body
      .field("digests")
      .items()
      .map((digest) => digest.matching(DIGEST, "32 bytes as 0x and 64 lower-case digits")),
  };
}

/** Reads the node of GET /verdicts/:node. @throws CorexError ATTESTOR_BAD_REQUEST. */
export function parseVerdictNode(text: string): bigint {
  return BigInt(new JsonReader(Number(text), CODE, "node").integer(1, MAX_UINT32));
}
