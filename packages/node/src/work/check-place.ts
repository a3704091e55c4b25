import { randomBytes } from "node:crypto";

import { decodeError } from "@corex/sdk/contracts/decode-error";
import { bytes32ToContentId, contentIdOf, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { hasCircuit, inputIndex } from "@corex/sdk/task/work-terms";
import type { Verdict } from "@corex/sdk/work/verdict";

import type { WorkPlace } from "./work-place.ts";
import { WORK_SKILL, type WorkSkill } from "./work-skill.ts";

/** A result of a fragment, and who did it. */
export interface CheckedResult {
  readonly place: WorkPlace;
  /** SHA-256 digest of the result. */
  readonly result: string;
  readonly executor: bigint;
  /** The other half of the pair, if there is one. */
  readonly sibling: WorkPlace | undefined;
}

export interface CheckTools {
  readonly store: ContentStore;
  /** Documents that are not in the store yet; those of this node. */
  readonly own?: { get(digest: string): Uint8Array | undefined };
  /** Whether to abstain for now while the other half of a pair is not published; its node must not hold up a verdict for ever. */
  readonly waitsForSibling: boolean;
  /** What the SDK does when absent. */
  readonly skill?: WorkSkill;
}

/**
 * Does the work of a result again, or evaluates it, and says what it is worth. Abstains where something cannot be had.
 */
export async function checkPlace(
  { place, result, executor, sibling }: CheckedResult,
  { store, own, waitsForSibling, skill = WORK_SKILL }: CheckTools,
): Promise<Verdict> {
  const { terms } = place.task;
  try {
    if (hasCircuit(terms)) return await skill.checkClaim({ terms, fragment: place.fragment, result }, store);
    const reading = withOwn(store, own);
    const siblingResult = await siblingDocument(sibling, reading);
    if (waitsForSibling && sibling !== undefined && siblingResult === undefined && isPromised(sibling)) {
      return { vote: "abstain", reason: "the other half of the pair is not published yet", retry: "later" };
    }
    return await skill.check(Number(terms.kind), bytes32ToContentId(terms.manifest), bytes32ToContentId(result), {
      store: reading,
      node: Number(executor),
      operator: "",
      fragment: inputIndex(terms, place.fragment),
      ...(siblingResult === undefined ? {} : { siblingResult }),
      random: (bytes) => randomBytes(bytes),
    });
  } catch (cause) {
    const error = decodeError(cause);
    return { vote: "abstain", reason: `${error.code}: ${error.message}`, retry: error.retry };
  }
}

/** Whether the other half has submitted something that will be published. */
function isPromised({ delivery, result }: WorkPlace): boolean {
  return delivery !== undefined || BigInt(result) !== 0n;
}

async function siblingDocument(sibling: WorkPlace | undefined, store: ContentStore): Promise<Uint8Array | undefined> {
  const digest = sibling?.delivery?.result ?? sibling?.result;
  if (digest === undefined || BigInt(digest) === 0n) return undefined;
  const id = bytes32ToContentId(digest);
  return (await store.has(id)) ? store.get(id) : undefined;
}

/** The store, and documents of this node that are not in it yet. */
function withOwn(store: ContentStore, own: CheckTools["own"]): ContentStore {
  if (own === undefined) return store;
  return {
    put: async (bytes) => store.put(bytes),
    has: async (id) => own.get(contentIdToBytes32(id)) !== undefined || store.has(id),
    async get(id) {
      const bytes = own.get(contentIdToBytes32(id));
      return bytes !== undefined && contentIdOf(bytes) === id ? bytes : store.get(id);
    },
  };
}
