import type { Logger } from "pino";

import {
  ATTESTATIONS_NEEDED,
  attestationSigner,
  type Attestation,
  type AttestationDomain,
  type SignedAttestation,
} from "@corex/sdk/benchmark/attestation";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import { requestAttestation } from "../attestor/request-attestation.ts";
import type { Clock } from "../runtime/clock.ts";

/** How long attestors that may answer later are asked again. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

export interface CollectInput {
  /** Base URLs. */
  readonly attestors: readonly string[];
  readonly domain: AttestationDomain;
  /** Operator of the node: its own signature does not count. */
  readonly operator: string;
  readonly node: bigint;
  readonly nonce: bigint;
  readonly result: string;
  readonly digests: readonly string[];
  /** The signer that the registry would not take as an attestor; undefined when it takes all. */
  readonly findInvalid: (signed: readonly SignedAttestation[]) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  readonly patienceMs?: number | undefined;
}

/** What the attestors said so far, by URL. */
interface Verdicts {
  readonly signed: Map<string, SignedAttestation>;
  readonly refused: Map<string, CorexError>;
}

/**
 * Has a result attested by as many different attestors as the registry wants. All are asked at once and the first that
 * agree are taken, so that one that is down, busy, dishonest or without the role keeps nobody waiting while there are others.
 *
 * @throws CorexError BENCHMARK_REJECTED when attestors found wrong lanes and too few did not,
 *   BENCHMARK_TOO_FEW_ATTESTORS (retry: later) naming what each of them said, BENCHMARK_ABORTED.
 */
export async function collectAttestations(input: CollectInput): Promise<SignedAttestation[]> {
  const { attestors, clock, signal, patienceMs = PATIENCE_MS } = input;
  const verdicts: Verdicts = { signed: new Map(), refused: new Map() };
  const until = clock.now() + patienceMs;
  let waiting = [...new Set(attestors)];
  for (;;) {
    await Promise.all(waiting.map(async (attestor) => ask(attestor, input, verdicts)));
    if (signal?.aborted)
      throw new CorexError("BENCHMARK_ABORTED", "stopped while asking attestors", { retry: "later" });
    const enough = await enoughOf(verdicts, input);
    if (enough !== undefined) return enough;
    waiting = waiting.filter((attestor) => verdicts.refused.get(attestor)?.retry === "later");
    if (waiting.length === 0 || clock.now() >= until) throw tooFew(verdicts, input);
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function ask(attestor: string, input: CollectInput, { signed, refused }: Verdicts): Promise<void> {
  const { node, nonce, digests, logger, signal } = input;
  try {
    const reply = await requestAttestation({ attestor, node, nonce, digests, signal });
    requireGenuine(reply, attestor, input);
    signed.set(attestor, reply);
    refused.delete(attestor);
    logger.info({ attestor, account: reply.attestor, valid: reply.attestation.valid }, "attested");
  } catch (cause) {
    const error = decodeError(cause);
    refused.set(attestor, error);
    logger.warn({ attestor, code: error.code, reason: error.message }, "not attested");
  }
}

/** A reply about something else, or signed by somebody else, would only fail on chain, at the node's cost. */
function requireGenuine(
  reply: SignedAttestation,
  attestor: string,
  { domain, operator, node, nonce, result }: CollectInput,
): void {
  const said: Attestation = reply.attestation;
  const isSame = said.node === node && said.nonce === nonce && said.result.toLowerCase() === result.toLowerCase();
  if (isSame && reply.attestor !== operator && isSignedBy(domain, reply)) return;
  throw new CorexError(
    "ATTESTOR_BAD_REPLY",
    `the reply of ${attestor} is no attestation of this result by somebody else`,
    {
      details: { attestor, account: reply.attestor },
    },
  );
}

function isSignedBy(domain: AttestationDomain, reply: SignedAttestation): boolean {
  try {
    return attestationSigner(domain, reply) === reply.attestor;
  } catch {
    return false;
  }
}

/** As many as are needed, none of a signer that the registry would not take; undefined when there are too few. */
async function enoughOf(
  verdicts: Verdicts,
  { findInvalid, logger }: CollectInput,
): Promise<SignedAttestation[] | undefined> {
  for (;;) {
    const agreeing = agreeingOf(verdicts).slice(0, ATTESTATIONS_NEEDED);
    if (agreeing.length < ATTESTATIONS_NEEDED) return undefined;
    const invalid = await findInvalid(agreeing);
    if (!agreeing.some(({ attestor }) => attestor === invalid)) return agreeing;
    for (const [url, { attestor }] of verdicts.signed) {
      if (attestor !== invalid) continue;
      verdicts.signed.delete(url);
      const message = `the registry takes no attestation of ${attestor}: it lacks the role, or has to do with the node`;
      verdicts.refused.set(url, new CorexError("ATTESTOR_NOT_ACCEPTED", message, { retry: "after-change" }));
      logger.warn({ attestor: url, account: attestor, code: "ATTESTOR_NOT_ACCEPTED" }, message);
    }
  }
}

/** Attestations that call the result valid, one for each account: two URLs may lead to the same attestor. */
function agreeingOf({ signed }: Verdicts): SignedAttestation[] {
  const valid = [...signed.values()].filter(({ attestation }) => attestation.valid);
  return [...new Map(valid.map((item) => [item.attestor, item])).values()];
}

function tooFew(verdicts: Verdicts, { node, nonce, attestors }: CollectInput): CorexError {
  const wrong = [...verdicts.signed].filter(([, { attestation }]) => !attestation.valid).map(([attestor]) => attestor);
  if (wrong.length > 0) {
    const message = `attestors found wrong lanes in measurement ${nonce} of node ${node}: ${wrong.join(", ")}`;
    return new CorexError("BENCHMARK_REJECTED", message, { details: { node, nonce, attestors: wrong } });
  }
  const reasons = [...verdicts.refused].map(([attestor, { code, message }]) => `${attestor}: ${message} (${code})`);
  const count = agreeingOf(verdicts).length;
  return new CorexError(
    "BENCHMARK_TOO_FEW_ATTESTORS",
    `${count} of ${ATTESTATIONS_NEEDED} attestations from ${attestors.length} attestors; ${reasons.join("; ")}`,
    { retry: "later", details: { node, nonce, count, needed: ATTESTATIONS_NEEDED } },
  );
}
