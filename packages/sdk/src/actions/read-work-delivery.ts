import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** A result that was submitted and is not final. */
export interface WorkDelivery {
  /** SHA-256 digest of the result; of a proved one the hash of its claim. */
  readonly result: string;
  readonly node: bigint;
  /** Second of the submission. */
  readonly submittedAt: number;
  /** Entropy ticket that decides whether it is audited. */
  readonly ticket: number;
  /** CXT wei behind the node when it submitted. */
  readonly stake: bigint;
  /** CXT wei of it that are held for the result. */
  readonly bond: bigint;
}

/** What a fragment came to. */
export interface WorkResult {
  /** Its last result; the zero hash for none. */
  readonly result: string;
  /** Node that did it; zero for none. */
  readonly node: bigint;
  /** Whether it is paid or dropped. */
  readonly isFinal: boolean;
}

/** The submitted result of a fragment; undefined when there is none that waits. @throws CorexError CHAIN_*. */
export async function readWorkDelivery(
  { workMarket }: CorexContracts,
  task: string,
  fragment: number,
): Promise<WorkDelivery | undefined> {
  try {
    const { result, node, submittedAt, ticket, stake, bond } = await workMarket.deliveryOf(task, fragment);
    if (node === 0n) return undefined;
    return { result, node, submittedAt: Number(submittedAt), ticket: Number(ticket), stake, bond };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** What a fragment came to so far. @throws CorexError CHAIN_*. */
export async function readWorkResult(
  { workMarket }: CorexContracts,
  task: string,
  fragment: number,
): Promise<WorkResult> {
  try {
    const { result, node, isFinal } = await workMarket.resultOf(task, fragment);
    return { result, node, isFinal };
  } catch (cause) {
    throw decodeError(cause);
  }
}
