import { createPrng } from "../data/prng.ts";
import type { Activation, Architecture } from "./training-params.ts";

/** Denominator of a uniform draw. */
const UINT32_RANGE = 2 ** 32;

/** One dense layer: outputs = activation(inputs x kernel + bias). */
export interface NetworkLayer {
  readonly inputs: number;
  readonly units: number;
  /** The scores of the classes come out as they are. */
  readonly activation: Activation | "none";
}

/** The layers of an architecture, the one that scores the classes last. */
export function layersOf({ inputs, hidden, classes }: Architecture): NetworkLayer[] {
  const layers: NetworkLayer[] = [...hidden, { units: classes, activation: "none" as const }].map(
    ({ units, activation }, i) => ({ inputs: hidden[i - 1]?.units ?? inputs, units, activation }),
  );
  return layers;
}

/** Weights of an architecture: of each layer the kernel, row by row, then the bias. */
export function networkSize(architecture: Architecture): number {
  return layersOf(architecture).reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
}

/**
 * Weights to start from: kernels uniform in [-b, b) with b = sqrt(6 / (inputs + units)), biases zero. The same seed gives
 * the same weights everywhere.
 */
export function initialNetwork(architecture: Architecture, seed: string): Float32Array {
  const prng = createPrng(seed).fork("network");
  const weights = new Float32Array(networkSize(architecture));
  let at = 0;
  for (const { inputs, units } of layersOf(architecture)) {
    const bound = Math.sqrt(6 / (inputs + units));
    for (let i = 0; i < inputs * units; i++) weights[at++] = bound * ((2 * prng.nextUint32()) / UINT32_RANGE - 1);
    at += units;
  }
  return weights;
}
