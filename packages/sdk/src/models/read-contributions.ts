import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** The list of contributions to a model that stands on the chain. */
export interface PostedContributions {
  readonly root: string;
  readonly poster: string;
  /** Seconds since the Unix epoch from which it cannot be refuted. */
  readonly finalAt: number;
  /** Whether it is final: unrefuted, which is not the same as proved. */
  readonly isFinal: boolean;
  readonly nodes: number;
  /** Sum of the fragments. */
  readonly total: bigint;
  /** CXT wei given to those in it, ever. */
  readonly funded: bigint;
}

/** Who is said to have trained a model; undefined when nobody said. @throws CorexError CHAIN_*. */
export async function readContributions(
  { modelContributions }: CorexContracts,
  model: string,
): Promise<PostedContributions | undefined> {
  try {
    const [posting, isFinal, funded] = await Promise.all([
      modelContributions.postingOf(model),
      modelContributions.isFinal(model),
      modelContributions.fundedOf(model),
    ]);
    const { root, poster, finalAt, nodes, total } = posting;
    if (total === 0n) return undefined;
    return { root, poster, finalAt: Number(finalAt), isFinal, nodes: Number(nodes), total, funded };
  } catch (cause) {
    throw decodeError(cause);
  }
}
