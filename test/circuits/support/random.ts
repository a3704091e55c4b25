import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";

/** Deterministic generator (SplitMix64), so that a failing vector can be found again. */
export class Random {
  #state: bigint;

  constructor(seed: number) {
    this.#state = BigInt(seed);
  }

  /** 64 uniform bits. */
  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  /** Integer in [min, max]; the bias is below 2^-32 for spans below 2^32. */
  between(min: bigint, max: bigint): bigint {
    return min + (this.next() % (max - min + 1n));
  }

  /** Field element. */
  field(): bigint {
    const wide = (this.next() << 192n) | (this.next() << 128n) | (this.next() << 64n) | this.next();
    return wide % FIELD_ORDER;
  }

  /** One of the given values. */
  pick<T>(values: readonly T[]): T {
    const value = values[Number(this.next() % BigInt(values.length))];
    if (value === undefined) throw new Error("nothing to pick from");
    return value;
  }
}
