import type { SolidityProof } from "@corex/sdk/proof/encode-proof";

/** A submission with plain values: what the journal keeps and the market takes. */
export interface FragmentSubmission {
  readonly chain: number;
  readonly step: number;
  readonly weights: bigint;
  readonly newWeights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly artifact: string;
  readonly proof: SolidityProof;
  readonly shardProof: readonly string[];
  readonly initialHeads: readonly bigint[];
}

type Stored<Value> = Value extends bigint
  ? string
  : Value extends readonly unknown[]
    ? { readonly [Index in keyof Value]: Stored<Value[Index]> }
    : Value extends object
      ? { readonly [Key in keyof Value]: Stored<Value[Key]> }
      : Value;

/** Reads a submission that the journal wrote: bigints are decimal strings there. */
export function parseSubmission(text: string): FragmentSubmission {
  const stored = JSON.parse(text) as Stored<FragmentSubmission>;
  const { a, b, c } = stored.proof;
  return {
    ...stored,
    weights: BigInt(stored.weights),
    newWeights: BigInt(stored.newWeights),
    gradient: BigInt(stored.gradient),
    batch: BigInt(stored.batch),
    loss: BigInt(stored.loss),
    proof: { a: pair(a), b: [pair(b[0]), pair(b[1])], c: pair(c) },
    initialHeads: stored.initialHeads.map((head) => BigInt(head)),
  };
}

function pair([x, y]: readonly [string, string]): [bigint, bigint] {
  return [BigInt(x), BigInt(y)];
}
