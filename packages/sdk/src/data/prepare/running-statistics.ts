import type { Standardizer } from "../standardize.ts";

/**
 * Mean and population standard deviation in one pass and constant memory (Welford), value by value in reading order with
 * correctly rounded operations: the same input gives the same doubles on every machine.
 *
 *   d = x - mean, mean += d / n, m2 += d * (x - mean), std = sqrt(m2 / n)
 */
export class RunningStatistics {
  readonly #channels: number;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  #rows = 0;

  /** @param channels statistics to keep: value i of a row belongs to `i mod channels`. */
  constructor(channels: number) {
    this.#channels = channels;
    this.#means = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  /** Adds `count` rows of `width` values; `width` is a multiple of the channels and the same in every call. */
  add(values: Float64Array, count: number, width: number): void {
    const perRow = width / this.#channels;
    for (let row = 0; row < count; row++) {
      for (let index = 0; index < width; index++) {
        const channel = index % this.#channels;
        const seen = this.#rows * perRow + Math.floor(index / this.#channels) + 1;
        const value = values[row * width + index] ?? 0;
        const mean = this.#means[channel] ?? 0;
        const moved = mean + (value - mean) / seen;
        this.#means[channel] = moved;
        this.#squares[channel] = (this.#squares[channel] ?? 0) + (value - mean) * (value - moved);
      }
      this.#rows += 1;
    }
  }

  /** A deviation is zero for values that never vary. Adding zero turns -0 into 0, which canonical JSON asks for. */
  result(width: number): Standardizer {
    const seen = this.#rows * (width / this.#channels);
    return {
      means: Array.from(this.#means, (mean) => mean + 0),
      stds: Array.from(this.#squares, (squares) => Math.sqrt(squares / seen)),
    };
  }
}
