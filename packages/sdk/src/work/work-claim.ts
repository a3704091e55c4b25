import { AbiCoder, keccak256 } from "ethers";

import { FIELD_ORDER } from "../commit/field.ts";
import { CorexError } from "../errors.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { fetchDocument, writeDocument } from "./read-document.ts";

const KIND = "corex/work-claim";
/** Three field elements in decimal. */
const MAX_CLAIM_BYTES = 1_024;

/** What is claimed of a fragment of a task with a circuit. */
export interface WorkClaim {
  /** Commitment of the batch. */
  readonly batch: bigint;
  /** Sum of squared errors, in the unit of the circuit. */
  readonly loss: bigint;
  /** Samples whose class is predicted. */
  readonly correct: bigint;
}

/** The result that a claim amounts to, as `IWorkMarket.claimResult`: keccak256(abi.encode(batch, loss, correct)). */
export function claimDigest({ batch, loss, correct }: WorkClaim): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256", "uint256"], [batch, loss, correct]));
}

/** Stores a claim, for whoever wants the numbers behind a result without computing them. */
export async function putWorkClaim(store: ContentStore, { batch, loss, correct }: WorkClaim): Promise<ContentId> {
  const values = { batch: String(batch), loss: String(loss), correct: String(correct) };
  return store.put(writeDocument(KIND, values));
}

/**
 * Reads a claim and checks that it is that of a result.
 *
 * @throws CorexError WORK_CLAIM_INVALID, WORK_CLAIM_MISMATCH, and what the store throws.
 */
export async function getWorkClaim(store: ContentStore, id: ContentId, result: string): Promise<WorkClaim> {
  const format = { kind: KIND, code: "WORK_CLAIM_INVALID", name: `work claim ${id}`, maxBytes: MAX_CLAIM_BYTES };
  const document = await fetchDocument(store, id, format);
  const element = (name: string): bigint => document.field(name).bigint(0n, FIELD_ORDER - 1n);
  const claim = { batch: element("batch"), loss: element("loss"), correct: element("correct") };
  if (claimDigest(claim) === result) return claim;
  throw new CorexError("WORK_CLAIM_MISMATCH", `work claim ${id} amounts to ${claimDigest(claim)}, not to ${result}`, {
    details: { id, result },
  });
}
