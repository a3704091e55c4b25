/** Positions in the shared `control`. */
export const NEXT = 0;
export const DONE = 1;
export const STOP = 2;

/** Bytes of a digest. */
export const DIGEST_BYTES = 32;

/** What the threads of a pool work on together. */
export interface LaneJob {
  readonly seed: string;
  readonly lanes: readonly number[];
  /** Shared: position of the next lane, number of finished ones, and whether to stop. */
  readonly control: Int32Array;
  /** Shared: one digest after the other, in the order of `lanes`. */
  readonly digests: Uint8Array;
}

/** What one thread does alone. */
export interface RootJob {
  readonly leaves: readonly string[];
}
