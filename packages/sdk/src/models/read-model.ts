import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** A registered model. */
export interface ModelSummary {
  readonly model: string;
  readonly task: string;
  /** Model it was trained from; the zero hash for none. */
  readonly parent: string;
  /** Hash of the final weights commitments of all chains. */
  readonly weights: string;
  readonly transcript: string;
  /** SHA-256 digest of the published weights. */
  readonly artifact: string;
  readonly owner: string;
  readonly registeredAt: number;
  readonly depth: number;
}

/** Everything about a model. @throws CorexError CHAIN_MODELREGISTRY_UNKNOWNMODEL. */
export async function readModel({ modelRegistry }: CorexContracts, model: string): Promise<ModelSummary> {
  try {
    const { task, parent, weights, transcript, artifact, owner, registeredAt, depth } = await modelRegistry.get(model);
    const numbers = { registeredAt: Number(registeredAt), depth: Number(depth) };
    return { model, task, parent, weights, transcript, artifact, owner, ...numbers };
  } catch (cause) {
    throw decodeError(cause);
  }
}
