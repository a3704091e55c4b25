import { concat, getBytes, keccak256, toBeHex } from "ethers";

import { CorexError } from "../errors.ts";

/** Rows and columns of a matrix. */
export const DIMENSION = 64;

/** Words of a matrix. */
const WORDS = DIMENSION * DIMENSION;

/** Matrix products that follow each other in a lane. */
export const PRODUCTS_PER_LANE = 256;

/** Multiply-accumulates of one lane: 2^26. */
export const MACS_PER_LANE = DIMENSION ** 3 * PRODUCTS_PER_LANE;

/** Lanes of the largest measurement: 2^40 multiply-accumulates, and digests of half a mebibyte. */
export const MAX_LANES = 16_384;

/**
 * Lanes of a measurement of `size` times the workload of a device class, rounded up: no work that counts stays undone.
 *
 * @param workload multiply-accumulates of one unit of size, as the registry names them.
 * @throws CorexError BENCHMARK_TOO_LARGE above {@link MAX_LANES}.
 */
export function laneCount(size: number, workload: bigint): number {
  const lanes = (BigInt(size) * workload + BigInt(MACS_PER_LANE) - 1n) / BigInt(MACS_PER_LANE);
  if (lanes >= 1n && lanes <= BigInt(MAX_LANES)) return Number(lanes);
  throw new CorexError("BENCHMARK_TOO_LARGE", `size ${size} has ${lanes} lanes, expected 1 to ${MAX_LANES}`, {
    retry: "after-change",
    details: { size, workload, lanes },
  });
}

/**
 * Computes one lane of the benchmark and returns its digest. The specification, exact to the bit on every machine:
 *
 * - All words are 32-bit integers; sums and products are modulo 2^32.
 * - Generator: xoshiro128** whose state is the first 16 bytes of keccak256(seed || lane), `lane` as a big-endian uint256,
 *   read as four big-endian words.
 * - S_0 is a 64 x 64 matrix of the first 4,096 outputs, column by column. For t = 0 .. 255, A_t is a 64 x 64 matrix of the
 *   next 4,096 outputs, row by row, and S_{t+1} = mix(A_t x S_t), where mix replaces each word x: x ^= x >>> 15, then
 *   x ^= x << 7. One lane is 64^3 x 256 = 2^26 multiply-accumulates.
 * - Digest: keccak256 of the 16,384 bytes of S_256, column by column, each word big-endian.
 *
 * Why the chain cannot be shortened: without `mix` it would be one product A_255 x .. x A_0 x S_0 of matrices over the ring
 * of integers modulo 2^32, which can be regrouped, and whose lowest bits could be computed alone. `mix` is a bijection that
 * is linear over bits, and the products are linear over the ring; neither is linear in the other's sense, so products
 * cannot be merged across it, and its right shift carries high bits down into those that the next product multiplies.
 * The multiplication in the generator keeps the matrices from having low rank over bits, which those of a plain
 * xorshift have. Within one product, Strassen's method can save at most an eighth of the multiplications per level of
 * recursion, for more additions.
 */
export function computeLane(seed: string, lane: number, products: number = PRODUCTS_PER_LANE): string {
  const fill = createGenerator(seed, lane);
  const matrix = new Int32Array(WORDS);
  let state = new Int32Array(WORDS);
  let next = new Int32Array(WORDS);
  fill(state);
  for (let count = 0; count < products; count += 1) {
    fill(matrix);
    multiplyAndMix(matrix, state, next);
    [state, next] = [next, state];
  }
  return digestOf(state);
}

/** Fills arrays with the outputs of xoshiro128**. */
function createGenerator(seed: string, lane: number): (target: Int32Array) => void {
  const key = getBytes(keccak256(concat([seed, toBeHex(lane, 32)])));
  const view = new DataView(key.buffer, key.byteOffset, 16);
  let a = view.getInt32(0);
  let b = view.getInt32(4);
  let c = view.getInt32(8);
  let d = view.getInt32(12);
  return (target) => {
    for (let index = 0; index < target.length; index += 1) {
      const product = Math.imul(b, 5);
      target[index] = Math.imul((product << 7) | (product >>> 25), 9);
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
  };
}

/**
 * target = mix(matrix x state). `matrix` is by rows, `state` and `target` are by columns, so that both operands of a sum
 * lie in sequence. Four sums at a time: each word that is loaded is used twice, half as fast again as one by one.
 */
function multiplyAndMix(matrix: Int32Array, state: Int32Array, target: Int32Array): void {
  for (let column = 0; column < WORDS; column += 2 * DIMENSION) {
    for (let row = 0; row < DIMENSION; row += 2) {
      const upper = row * DIMENSION;
      const lower = upper + DIMENSION;
      const right = column + DIMENSION;
      let upperLeft = 0;
      let upperRight = 0;
      let lowerLeft = 0;
      let lowerRight = 0;
      for (let k = 0; k < DIMENSION; k += 1) {
        // In range by construction: the compiler cannot know, and a check here would cost.
        const x = matrix[upper + k] as number;
        const y = matrix[lower + k] as number;
        const u = state[column + k] as number;
        const v = state[right + k] as number;
        upperLeft = (upperLeft + Math.imul(x, u)) | 0;
        upperRight = (upperRight + Math.imul(x, v)) | 0;
        lowerLeft = (lowerLeft + Math.imul(y, u)) | 0;
        lowerRight = (lowerRight + Math.imul(y, v)) | 0;
      }
      target[column + row] = mix(upperLeft);
      target[right + row] = mix(upperRight);
      target[column + row + 1] = mix(lowerLeft);
      target[right + row + 1] = mix(lowerRight);
    }
  }
}

function mix(word: number): number {
  const low = word ^ (word >>> 15);
  return low ^ (low << 7);
}

function digestOf(state: Int32Array): string {
  const bytes = new Uint8Array(state.length * 4);
  const view = new DataView(bytes.buffer);
  state.forEach((word, index) => view.setInt32(index * 4, word));
  return keccak256(bytes);
}
