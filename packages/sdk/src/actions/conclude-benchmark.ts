import type { Attestation, SignedAttestation } from "../benchmark/attestation.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";
import { execute, simulate, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/** How a measurement ended. */
export interface ConcludedBenchmark {
  readonly accepted: boolean;
  /** The new score; zero when the measurement was discarded. */
  readonly dailyWorkUnits: bigint;
  /** Seconds since the Unix epoch; zero when the measurement was discarded. */
  readonly expiresAt: number;
}

/**
 * Concludes an answered measurement with signatures of one and the same attestation; anyone may.
 *
 * @throws CorexError BENCHMARK_ATTESTATIONS_DIFFER, CHAIN_BENCHMARKREGISTRY_TOOFEWATTESTORS,
 *   CHAIN_BENCHMARKREGISTRY_INVALIDATTESTOR, CHAIN_BENCHMARKREGISTRY_WRONGATTESTATION and others.
 */
export async function concludeBenchmark(
  context: ActionContext,
  signed: readonly SignedAttestation[],
): Promise<Executed<ConcludedBenchmark>> {
  const { benchmarkRegistry } = context.contracts;
  const [attestation, signatures] = argumentsOf(signed);
  const intent = `benchmark:conclude:${attestation.node}:${attestation.nonce}`;
  const { receipt } = await execute(context, benchmarkRegistry.conclude, [attestation, signatures], intent);
  const event = benchmarkRegistry.getEvent("BenchmarkAccepted");
  const [accepted] = parseEvents(receipt.logs, benchmarkRegistry, event);
  if (accepted === undefined) return { result: { accepted: false, dailyWorkUnits: 0n, expiresAt: 0 }, receipt };
  const { dailyWorkUnits, expiresAt } = accepted.args;
  return { result: { accepted: true, dailyWorkUnits, expiresAt: Number(expiresAt) }, receipt };
}

/**
 * The account among the signers that the registry does not take as an attestor of this measurement, such as one without the
 * role; undefined when it takes all, or minds something else.
 *
 * @throws CorexError BENCHMARK_ATTESTATIONS_DIFFER, CHAIN_UNREACHABLE.
 */
export async function findInvalidAttestor(
  context: ActionContext,
  signed: readonly SignedAttestation[],
): Promise<string | undefined> {
  try {
    await simulate(context, context.contracts.benchmarkRegistry.conclude, argumentsOf(signed));
    return undefined;
  } catch (cause) {
    const { code, details } = decodeError(cause);
    if (code === "CHAIN_UNREACHABLE" || code === "BENCHMARK_ATTESTATIONS_DIFFER") throw cause;
    return code === "CHAIN_BENCHMARKREGISTRY_INVALIDATTESTOR" ? String(details.attestor) : undefined;
  }
}

function argumentsOf(
  signed: readonly SignedAttestation[],
): [attestation: Attestation, signatures: Pick<SignedAttestation, "attestor" | "signature">[]] {
  const signatures = signed
    .map(({ attestor, signature }) => ({ attestor, signature }))
    // One order, whatever the order of the answers: a registry may check for repetition by comparing neighbours.
    .sort((a, b) => (BigInt(a.attestor) < BigInt(b.attestor) ? -1 : 1));
  return [requireOne(signed.map((item) => item.attestation)), signatures];
}

function requireOne(attestations: readonly Attestation[]): Attestation {
  const [first, ...rest] = attestations;
  const isSame = ({ node, nonce, result, valid }: Attestation): boolean =>
    node === first?.node &&
    nonce === first.nonce &&
    valid === first.valid &&
    result.toLowerCase() === first.result.toLowerCase();
  if (first !== undefined && rest.every(isSame)) return first;
  throw new CorexError("BENCHMARK_ATTESTATIONS_DIFFER", "the signatures are not of one and the same attestation", {
    retry: "after-change",
    details: { attestations },
  });
}
