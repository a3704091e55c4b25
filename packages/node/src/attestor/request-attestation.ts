import type { SignedAttestation } from "@corex/sdk/benchmark/attestation";
import { JsonReader } from "@corex/sdk/data/json-reader";
import { CorexError, type Retry } from "@corex/sdk/errors";

const CODE = "ATTESTOR_BAD_REPLY";
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_UINT32 = 2n ** 32n - 1n;
const RETRIES: readonly string[] = ["never", "later", "after-change"] satisfies Retry[];

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
  const reply = await post(attestor, "attest", body, signal);
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

async function post(attestor: string, path: string, body: unknown, signal?: AbortSignal): Promise<JsonReader> {
  const url = new URL(path, attestor.endsWith("/") ? attestor : `${attestor}/`);
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(url, {
      method: "POST",
      // An attestor must not send the agent's requests elsewhere.
      redirect: "error",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    json = await response.json();
  } catch (cause) {
    throw new CorexError("ATTESTOR_UNREACHABLE", `the attestor at ${attestor} does not answer`, {
      retry: "later",
      cause,
    });
  }
  const reply = new JsonReader(json, CODE, `reply of ${path}`);
  if (response.ok) return reply;
  const said = reply.field("retry").string();
  const retry = RETRIES.includes(said) ? (said as Retry) : "never";
  throw new CorexError(reply.field("code").string(), `the attestor refuses: ${reply.field("message").string()}`, {
    retry,
  });
}
