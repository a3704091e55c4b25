/** The part of circomlibjs that the SDK uses; the package ships no types. */
declare module "circomlibjs" {
  export interface PoseidonField {
    toObject(element: Uint8Array): bigint;
  }

  export interface Poseidon {
    /** Permutes [state, ...inputs] and returns the first lane in Montgomery form. */
    (inputs: readonly bigint[], state?: bigint, outputs?: 1): Uint8Array;
    readonly F: PoseidonField;
  }

  export function buildPoseidon(): Promise<Poseidon>;
}
