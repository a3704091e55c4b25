import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** What an account says about a model. Nobody but the account vouches for it. */
export interface AttestedMetric {
  readonly source: "attested";
  readonly attestor: string;
  /** Seconds since the Unix epoch. */
  readonly attestedAt: number;
  /** 32 bytes: short text or a hash. */
  readonly name: string;
  /** Scaled by 1e18. */
  readonly value: bigint;
  /** SHA-256 digest of what the value can be checked with. */
  readonly evidence: string;
}

export interface AttestedMetricsFilter {
  /** Only what this account says. */
  readonly attestor?: string;
  /** Number of the first entry, from 0; ignored with `attestor`. */
  readonly offset?: number;
  /** Most entries; ignored with `attestor`. */
  readonly limit?: number;
}

/** What accounts say about a model, in the order of first saying. @throws CorexError CHAIN_*. */
export async function readAttestedMetrics(
  { modelMetrics }: CorexContracts,
  model: string,
  { attestor, offset = 0, limit = 64 }: AttestedMetricsFilter = {},
): Promise<AttestedMetric[]> {
  try {
    const metrics =
      attestor === undefined
        ? await modelMetrics.metricsAttestedOf(model, offset, limit)
        : await modelMetrics.metricsAttestedBy(model, attestor);
    return metrics.map((metric) => ({
      source: "attested",
      attestor: metric.attestor,
      attestedAt: Number(metric.attestedAt),
      name: metric.name,
      value: metric.value,
      evidence: metric.evidence,
    }));
  } catch (cause) {
    throw decodeError(cause);
  }
}
