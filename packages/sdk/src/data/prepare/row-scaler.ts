import { CorexError } from "../../errors.ts";
import { createPrng, type Prng } from "../prng.ts";
import type { Standardizer } from "../standardize.ts";
import type { RowBatch, Scaling } from "./row-source.ts";

const HALF_RANGE = 2 ** 31;

/** Turns read rows into stored ones: scales, cuts, adds noise to copies, and rounds to 32-bit floats. */
export class RowScaler {
  /** Stored rows per read row. */
  readonly copies: number;
  readonly #scaling: Scaling;
  readonly #statistics: Standardizer | undefined;
  readonly #prng: Prng;

  /** @param statistics of the channels; absent when values stay as they are. */
  constructor(scaling: Scaling, statistics: Standardizer | undefined, seed: string) {
    this.copies = 1 + (scaling.jitter?.copies ?? 0);
    this.#scaling = scaling;
    this.#statistics = statistics;
    this.#prng = createPrng(seed).fork("jitter");
  }

  /**
   * Writes the copies of row `row` of a batch to `target`, one after the other.
   *
   * @param position of the row in the whole input: its noise does not depend on how the input is cut.
   * @throws CorexError DATA_OUT_OF_RANGE when a value does not fit into a 32-bit float.
   */
  write({ values }: RowBatch, row: number, position: number, width: number, target: Float32Array): void {
    const { channels, clip, jitter } = this.#scaling;
    for (let index = 0; index < width; index++) {
      const scaled = this.#scale(values[row * width + index] ?? 0, index % channels);
      const value = clip === undefined ? scaled : Math.max(-clip, Math.min(clip, scaled));
      // Adding zero turns -0 into 0: equal values have equal bytes.
      target[index] = value + 0;
      if (!Number.isFinite(target[index])) throw outOfRange(position, index, value);
    }
    if (jitter === undefined) return;
    const noise = this.#prng.fork(String(position));
    for (let copy = 1; copy <= jitter.copies; copy++) {
      for (let index = 0; index < width; index++) {
        const drawn = (noise.nextUint32() / HALF_RANGE - 1) * jitter.amplitude;
        const value = (target[index] ?? 0) + drawn;
        target[copy * width + index] = value + 0;
        if (!Number.isFinite(target[copy * width + index])) throw outOfRange(position, index, value);
      }
    }
  }

  #scale(value: number, channel: number): number {
    if (this.#statistics === undefined) return value;
    const std = this.#statistics.stds[channel] ?? 0;
    return std === 0 ? 0 : (value - (this.#statistics.means[channel] ?? 0)) / std;
  }
}

function outOfRange(row: number, index: number, value: number): CorexError {
  return new CorexError("DATA_OUT_OF_RANGE", `value ${index} of row ${row} is ${value}: no 32-bit float holds it`, {
    retry: "after-change",
    details: { row, index, value },
  });
}
