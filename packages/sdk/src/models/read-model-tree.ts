import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";

/** Children asked for in one call. */
const PAGE = 64;

/** A model and what was trained from its weights. */
export interface ModelTree {
  readonly model: string;
  readonly children: readonly ModelTree[];
}

/**
 * The models that descend from `model`, generation after generation.
 *
 * @param limit most models of the tree, `model` included.
 * @throws CorexError CHAIN_MODELREGISTRY_UNKNOWNMODEL; MODEL_TREE_TOO_LARGE when there are more than `limit`: start lower.
 */
export async function readModelTree(contracts: CorexContracts, model: string, limit = 1_000): Promise<ModelTree> {
  const root: { model: string; children: ModelTree[] } = { model, children: [] };
  let count = 1;
  const queue = [root];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const child of await childrenOf(contracts, next.model, limit - count + 1)) {
      count += 1;
      if (count > limit) {
        throw new CorexError("MODEL_TREE_TOO_LARGE", `more than ${limit} models descend from ${model}`, {
          retry: "after-change",
          details: { model, limit },
        });
      }
      const node = { model: child, children: [] };
      next.children.push(node);
      queue.push(node);
    }
  }
  return root;
}

async function childrenOf({ modelRegistry }: CorexContracts, model: string, limit: number): Promise<string[]> {
  const children: string[] = [];
  try {
    for (;;) {
      const asked = Math.min(PAGE, limit - children.length);
      const page = await modelRegistry.childrenOf(model, children.length, asked);
      children.push(...page);
      if (page.length < PAGE || children.length >= limit) return children;
    }
  } catch (cause) {
    throw decodeError(cause);
  }
}
