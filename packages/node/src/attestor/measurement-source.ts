/** A measurement that was answered and waits for its verdict. */
export interface AnsweredMeasurement {
  readonly nonce: bigint;
  /** What its lanes are computed from. */
  readonly seed: string;
  /** Root that the node answered with. */
  readonly result: string;
  readonly lanes: number;
}

/** Where an attestor learns what it is asked about: the chain, never the node that asks. */
export interface MeasurementSource {
  /**
   * The answered measurement of `node`.
   *
   * @throws CorexError ATTESTOR_UNKNOWN_NODE, ATTESTOR_NOT_ANSWERED (retry: later), CHAIN_*.
   */
  read(node: bigint): Promise<AnsweredMeasurement>;
}

/** Key under which one answer has one verdict. A reorganisation can give a measurement another seed or result. */
export function verdictKey(node: bigint, { nonce, seed, result }: AnsweredMeasurement): string {
  return `${node}:${nonce}:${seed}:${result}`.toLowerCase();
}
