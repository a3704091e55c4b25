import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** Where metrics come from: nowhere, proofs that the market checked, or the word of an account. In the chain's order. */
export const METRIC_SOURCES = ["none", "proved", "attested"] as const;

export type MetricSource = (typeof METRIC_SOURCES)[number];

/** How a model did on held-out shards; every value is proved. All zero for a model that was not evaluated. */
export interface ModelMetrics {
  /** Never "attested": what accounts say is read by `readAttestedMetrics`. */
  readonly source: MetricSource;
  /** Id of the circuit that proved loss and hits. */
  readonly circuit: string;
  /** Merkle root of the held-out shards, fixed when the task was published. */
  readonly heldOutRoot: string;
  /** Sum of the losses, in the unit of the circuit. */
  readonly loss: bigint;
  readonly correct: bigint;
  readonly samples: bigint;
  readonly shards: number;
}

/** Reads the proved metrics of a model. @throws CorexError CHAIN_MODELREGISTRY_UNKNOWNMODEL. */
export async function readMetrics({ modelRegistry }: CorexContracts, model: string): Promise<ModelMetrics> {
  try {
    const { source, circuit, heldOutRoot, loss, correct, samples, shards } = await modelRegistry.metricsOf(model);
    return {
      source: METRIC_SOURCES[Number(source)] ?? "none",
      circuit,
      heldOutRoot,
      loss,
      correct,
      samples,
      shards: Number(shards),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}
