import type { SignedAttestation } from "@corex/sdk/benchmark/attestation";

import { requestJson } from "../http/request-json.ts";

const REQUEST_TIMEOUT_MS = 60_000;
const MAX_UINT32 = 2n ** 32n - 1n;

export interface RequestAttestationInput {
  /** Base URL of the attestor. */
  readonly attestor: string;
  readonly node: bigint;
  readonly nonce: bigint;
  readonly digests: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Shows an attestor the digests behind an answer and returns its verdict.
 *
 * @throws CorexError ATTESTOR_UNREACHABLE (retry: later), ATTESTOR_BAD_REPLY, and what the attestor refuses for.
 */
export async function requestAttestation(input: RequestAttestationInput): Promise<SignedAttestation> {
  const { attestor, node, nonce, digests, signal } = input;
  const body = { node: Number(node), nonce: Number(nonce), digests };
  const call = { name: "attestor", base: attestor, path: "attest", body, timeoutMs: REQUEST_TIMEOUT_MS, signal };
  const reply = await requestJson(call);
  const attestation = reply.field("attestation");
  return {
    attestation: {
      node: attestation.field("node").bigint(0n, MAX_UINT32),
      nonce: attestation.field("nonce").bigint(0n, MAX_UINT32),
      result: attestation.field("result").string(),
      valid: attestation.field("valid").json() === true,
    },
    attestor: reply.field("attestor").string(),
    signature: reply.field("signature").string(),
  };
}
