import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface AttestMetricInput {
  readonly model: string;
  /** What is measured, in 32 bytes: short text (`encodeBytes32String`) or a hash. */
  readonly name: string;
  /** The value, scaled by 1e18. */
  readonly value: bigint;
  /** SHA-256 digest of what the value can be checked with. */
  readonly evidence: string;
}

/**
 * Says, as the sender, how a model did. Marked attested for good: it is the sender's word. Replaces its earlier word of this
 * name.
 *
 * @throws CorexError CHAIN_MODELREGISTRY_UNKNOWNMODEL, CHAIN_MODELMETRICS_EMPTYTERM, CHAIN_MODELMETRICS_TOOMANYNAMES.
 */
export async function attestMetric(
  context: ActionContext,
  { model, name, value, evidence }: AttestMetricInput,
): Promise<Executed<undefined>> {
  const args: [string, string, bigint, string] = [model, name, value, evidence];
  return execute(context, context.contracts.modelMetrics.attest, args, `attest-metric:${model}:${name}`);
}
