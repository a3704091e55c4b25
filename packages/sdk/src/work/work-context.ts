import type { ContentStore } from "../store/content-store.ts";
import type { LabelRule } from "./label-rule.ts";

/** Where work is done or checked, and for whom. */
export interface WorkContext {
  /** Where models, datasets and parameters that a spec names are read from. */
  readonly store: ContentStore;
  /** The node that executes the fragment: oneself when executing, the executor when checking. In [1, 2^32). */
  readonly node: number;
  /** Operator of the node, as an address. Documents that name their maker name the node; this is for messages. */
  readonly operator: string;
  /** Index of the input in the manifest. The two nodes of a pair, fragments 2i and 2i + 1 on the market, share input i. */
  readonly fragment: number;
  /** Checking labels: what another executor submitted for the same fragment, once it is published. */
  readonly siblingResult?: Uint8Array;
  /** Checking labels: whether the digest of the sibling came later, by the chain. It tells a copy from what was copied. */
  readonly siblingIsLater?: boolean;
  /** Executing labels: a CSV file with the columns `id` and `label` that people made. */
  readonly labelsFile?: Uint8Array;
  /** Labels: the rule of one's own; without it the one of the spec. */
  readonly referenceRule?: LabelRule;
  /** Source of secret random bytes. */
  readonly random: (bytes: number) => Uint8Array;
}
