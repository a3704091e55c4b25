import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { inverse } from "./jacobian.ts";
import { mod } from "./r1cs.ts";

type Vector = readonly bigint[];

/**
 * A short integer vector x, not zero, with sum row_i x_i = 0 modulo p, and exactly sum exact_i x_i = 0 for each further row.
 *
 * For n entries the shortest one has entries of about p^(1/n), which is what makes an unhashed row of values that are
 * range checked forgeable: 20 of them have 13 bits.
 *
 * @param row coefficients modulo p; the first one must not be zero.
 */
export function shortKernelVector(row: Vector, exact: readonly Vector[] = []): bigint[] {
  const scale = inverse(row[0] ?? 0n);
  // All solutions modulo p: p in the first entry, or one in another entry and what the first has to be then.
  const kernel = row.map((coefficient, i) =>
    row.map((_, j) => {
      if (j === 0) return i === 0 ? FIELD_ORDER : mod(-coefficient * scale);
      return i === j ? 1n : 0n;
    }),
  );
  // A heavy extra entry per exact row: short vectors have zeros there.
  const extended = kernel.map((vector) => [...vector, ...exact.map((other) => dot(vector, other) * FIELD_ORDER)]);
  const short = reduceLattice(extended).find((vector) => vector.slice(row.length).every((entry) => entry === 0n));
  if (short === undefined) throw new Error("no kernel vector");
  return short.slice(0, row.length);
}

/**
 * LLL reduction with exact integers (Cohen, A Course in Computational Algebraic Number Theory, algorithm 2.6.7), with
 * Lovász constant 3/4. `d[i]` is the determinant of the Gram matrix of the first i vectors, `lambda[k][j]` the Gram-Schmidt
 * coefficient times `d[j + 1]`.
 */
export function reduceLattice(vectors: readonly Vector[]): bigint[][] {
  const basis = vectors.map((vector) => [...vector]);
  const n = basis.length;
  const d = Array.from({ length: n + 1 }, () => 1n);
  const lambda = basis.map(() => Array.from({ length: n }, () => 0n));
  let ready = -1;

  for (let k = 0; k < n;) {
    if (k > ready) {
      ready = k;
      orthogonalise(basis, lambda, d, k);
    }
    if (k === 0) {
      k++;
      continue;
    }
    sizeReduce(basis, lambda, d, k, k - 1);
    const [before, here, after, mu] = [at(d, k - 1), at(d, k), at(d, k + 1), at(lambda[k], k - 1)];
    if (4n * after * before < 3n * here * here - 4n * mu * mu) {
      swap(basis, lambda, d, k, ready);
      k = Math.max(1, k - 1);
    } else {
      for (let l = k - 2; l >= 0; l--) sizeReduce(basis, lambda, d, k, l);
      k++;
    }
  }
  return basis;
}

function orthogonalise(basis: readonly Vector[], lambda: bigint[][], d: bigint[], k: number): void {
  for (let j = 0; j <= k; j++) {
    let u = dot(basis[k] ?? [], basis[j] ?? []);
    for (let i = 0; i < j; i++) u = (at(d, i + 1) * u - at(lambda[k], i) * at(lambda[j], i)) / at(d, i);
    if (j < k) put(lambda, k, j, u);
    else d[k + 1] = u;
  }
}

/** Subtracts from vector k the multiple of vector l that brings their coefficient below one half. */
function sizeReduce(basis: bigint[][], lambda: bigint[][], d: readonly bigint[], k: number, l: number): void {
  const [mu, size] = [at(lambda[k], l), at(d, l + 1)];
  if (2n * (mu < 0n ? -mu : mu) <= size) return;
  const q = floorDivide(2n * mu + size, 2n * size);
  basis[k] = (basis[k] ?? []).map((entry, i) => entry - q * at(basis[l], i));
  put(lambda, k, l, mu - q * size);
  for (let i = 0; i < l; i++) put(lambda, k, i, at(lambda[k], i) - q * at(lambda[l], i));
}

function swap(basis: bigint[][], lambda: bigint[][], d: bigint[], k: number, ready: number): void {
  [basis[k - 1], basis[k]] = [basis[k] ?? [], basis[k - 1] ?? []];
  for (let j = 0; j < k - 1; j++) {
    const above = at(lambda[k - 1], j);
    put(lambda, k - 1, j, at(lambda[k], j));
    put(lambda, k, j, above);
  }
  const mu = at(lambda[k], k - 1);
  const [before, here, after] = [at(d, k - 1), at(d, k), at(d, k + 1)];
  const renewed = (before * after + mu * mu) / here;
  for (let i = k + 1; i <= ready; i++) {
    const [left, right] = [at(lambda[i], k), at(lambda[i], k - 1)];
    const moved = (after * right - mu * left) / here;
    put(lambda, i, k, moved);
    put(lambda, i, k - 1, (renewed * left + mu * moved) / after);
  }
  d[k] = renewed;
}

function dot(left: Vector, right: Vector): bigint {
  return left.reduce((sum, entry, i) => sum + entry * (right[i] ?? 0n), 0n);
}

function at(list: Vector | undefined, index: number): bigint {
  return list?.[index] ?? 0n;
}

function put(matrix: bigint[][], row: number, column: number, value: bigint): void {
  const list = matrix[row];
  if (list !== undefined) list[column] = value;
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a >= 0n ? a / b : -((b - 1n - a) / b);
}
