import * as snarkjs from "snarkjs";
import type { Curve } from "snarkjs";

declare global {
  // Where snarkjs looks for the curve before it builds one.
  var curve_bn128: Curve | null | undefined;
}

/**
 * Makes snarkjs compute in this thread only.
 *
 * Left alone it starts a pool of threads that keeps the process alive until the pool is terminated under the feet of
 * whoever else uses it. One thread is plenty to verify.
 */
export async function useSingleThreadCurve(): Promise<void> {
  globalThis.curve_bn128 ??= await snarkjs.curves.getCurveFromName("bn128", { singleThread: true });
}
