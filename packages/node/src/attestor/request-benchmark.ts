import type { Wallet } from "ethers";

import type { SignedBenchmark } from "@corex/sdk/actions/submit-benchmark";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import { JsonReader } from "@corex/sdk/data/json-reader";
import { CorexError, type Retry } from "@corex/sdk/errors";
import { linearStepStatement } from "@corex/sdk/proof/linear-step";
import type { Prover } from "@corex/sdk/proof/prover";

import { benchmarkStatement } from "./benchmark-statement.ts";
import { challengeRequest } from "./challenge-request.ts";

const CODE = "ATTESTOR_BAD_REPLY";
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_UINT64 = 2n ** 64n - 1n;

export interface RequestBenchmarkInput {
  /** Base URL of the attestor. */
  readonly attestor: string;
  /** Operator key: signs the request. */
  readonly wallet: Wallet;
  readonly chainId: number;
  readonly nodeRegistry: string;
  readonly node: bigint;
  readonly circuit: Circuit;
  readonly prover: Prover;
  readonly signal?: AbortSignal;
}

/**
 * Has this machine measured: asks for a challenge, proves it, and returns the signed score.
 *
 * @throws CorexError ATTESTOR_UNREACHABLE (retry: later), what the attestor refuses for, and what the prover throws.
 */
export async function requestBenchmark(input: RequestBenchmarkInput): Promise<SignedBenchmark> {
  const { attestor, wallet, chainId, nodeRegistry, node, circuit, prover, signal } = input;
  const prove = async (seed: string) => {
    const secrets = benchmarkStatement({ circuit: circuit.entry, chainId, nodeRegistry, node, seed });
    const { inputs } = await linearStepStatement(secrets, circuit.entry);
    return prover.prove(circuit, inputs, signal);
  };
  // The first proof loads the keys; what counts is the pace at which the node works from then on.
  await prove(`0x${"00".repeat(32)}`);

  const issuedAt = Math.floor(Date.now() / 1_000);
  const signature = await wallet.signMessage(challengeRequest({ chainId, nodeRegistry, node, issuedAt }));
  const challenge = await post(attestor, "challenge", { node: Number(node), issuedAt, signature });
  const seed = challenge.field("seed").matching(/^0x[0-9a-f]{64}$/, "32 bytes");
  const { proof, publicSignals } = await prove(seed);
  return parseSignedBenchmark(await post(attestor, "response", { node: Number(node), publicSignals, proof }));
}

function parseSignedBenchmark(reply: JsonReader): SignedBenchmark {
  const benchmark = reply.field("benchmark");
  const number = (name: string): bigint => benchmark.field(name).bigint(0n, MAX_UINT64);
  return {
    benchmark: {
      node: number("node"),
      dailyWorkUnits: number("dailyWorkUnits"),
      measuredAt: number("measuredAt"),
      expiresAt: number("expiresAt"),
      nonce: number("nonce"),
    },
    attestor: reply.field("attestor").string(),
    signature: reply.field("signature").string(),
  };
}

async function post(attestor: string, path: string, body: unknown): Promise<JsonReader> {
  const url = new URL(path, attestor.endsWith("/") ? attestor : `${attestor}/`);
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
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
  const code = reply.field("code").string();
  const retry: Retry = code === "ATTESTOR_RATE_LIMITED" || response.status >= 500 ? "later" : "after-change";
  throw new CorexError(code, `the attestor refuses: ${reply.field("message").string()}`, { retry });
}
