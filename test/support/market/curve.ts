// BN254 with bigints, written from its definition: the model that the contracts are compared with, and the tool with
// which tests re-randomise proofs. Slow and simple; nothing of the contracts or of the SDK is used.

/** Order of the base field. */
export const P = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
/** Order of the groups. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

interface Field<T> {
  readonly zero: T;
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly inv: (a: T) => T;
  readonly eq: (a: T, b: T) => boolean;
}

/** An element of the quadratic extension: real + imaginary * i, with i^2 = -1. */
export type Fp2 = readonly [real: bigint, imaginary: bigint];
export type Point<T> = readonly [x: T, y: T] | null;
export type G1 = Point<bigint>;
export type G2 = Point<Fp2>;

const mod = (value: bigint): bigint => ((value % P) + P) % P;

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Inverse by the extended Euclidean algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1] = [modulus, value];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return ((t0 % modulus) + modulus) % modulus;
}

const fp: Field<bigint> = {
  zero: 0n,
  add: (a, b) => mod(a + b),
  sub: (a, b) => mod(a - b),
  mul: (a, b) => mod(a * b),
  inv: (a) => inverse(mod(a), P),
  eq: (a, b) => a === b,
};

const fp2: Field<Fp2> = {
  zero: [0n, 0n],
  add: (a, b) => [mod(a[0] + b[0]), mod(a[1] + b[1])],
  sub: (a, b) => [mod(a[0] - b[0]), mod(a[1] - b[1])],
  mul: (a, b) => [mod(a[0] * b[0] - a[1] * b[1]), mod(a[0] * b[1] + a[1] * b[0])],
  inv: ([re, im]) => {
    const norm = fp.inv(re * re + im * im);
    return [mod(re * norm), mod(-im * norm)];
  },
  eq: (a, b) => a[0] === b[0] && a[1] === b[1],
};

function add<T>(field: Field<T>, a: Point<T>, b: Point<T>): Point<T> {
  if (a === null) return b;
  if (b === null) return a;
  const { add: plus, sub, mul, inv, eq, zero } = field;
  if (eq(a[0], b[0]) && !eq(a[1], b[1])) return null;
  if (eq(a[0], b[0]) && eq(a[1], zero)) return null;
  const square = mul(a[0], a[0]);
  const slope = eq(a[0], b[0])
    ? mul(plus(plus(square, square), square), inv(plus(a[1], a[1])))
    : mul(sub(b[1], a[1]), inv(sub(b[0], a[0])));
  const x = sub(sub(mul(slope, slope), a[0]), b[0]);
  return [x, sub(mul(slope, sub(a[0], x)), a[1])];
}

function multiply<T>(field: Field<T>, point: Point<T>, scalar: bigint): Point<T> {
  let result: Point<T> = null;
  let power2 = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(field, result, power2);
    power2 = add(field, power2, power2);
  }
  return result;
}

export const G1_GENERATOR: G1 = [1n, 2n];

/** Generator of G2. */
export const G2_GENERATOR: G2 = [
  [
    10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    11559732032986387107991004021392285783925812861821192530917403151452391805634n,
  ],
  [
    8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    4082367875863433681332203403145435568316851327593401208105741076214120093531n,
  ],
];

export const addG1 = (a: G1, b: G1): G1 => add(fp, a, b);
export const mulG1 = (point: G1, scalar: bigint): G1 => multiply(fp, point, scalar);
export const mulG2 = (point: G2, scalar: bigint): G2 => multiply(fp2, point, scalar);

/** Whether (x, y) is a canonical point of G1 other than infinity. */
export function isOnG1(x: bigint, y: bigint): boolean {
  return x < P && y < P && mod(y * y) === mod(x * x * x + 3n);
}

/** Coordinates of a point of G1; infinity is (0, 0), as the precompiles write it. */
export function wordsG1(point: G1): [bigint, bigint] {
  return point === null ? [0n, 0n] : [...point];
}

/** A point of the twisted curve y^2 = x^3 + 3/(9+i) that is not in the group of order r. */
export function pointOffGroupG2(): [bigint, bigint, bigint, bigint] {
  const b = fp2.mul([3n, 0n], fp2.inv([9n, 1n]));
  for (let real = 1n; ; real++) {
    const x: Fp2 = [real, 0n];
    const y = sqrtFp2(fp2.add(fp2.mul(fp2.mul(x, x), x), b));
    if (y !== null && mulG2([x, y], R) !== null) return [x[1], x[0], y[1], y[0]];
  }
}

/** Square root in the extension by the complex method (P = 3 mod 4), or null. */
function sqrtFp2([re, im]: Fp2): Fp2 | null {
  const norm = sqrt(mod(re * re + im * im));
  if (norm === null) return null;
  const half = fp.inv(2n);
  const real = sqrt(mod((re + norm) * half)) ?? sqrt(mod((re - norm) * half));
  if (real === null || real === 0n) return null;
  return [real, mod(im * half * fp.inv(real))];
}

/** Square root modulo P, or null. */
export function sqrt(value: bigint): bigint | null {
  const root = power(value, (P + 1n) / 4n, P);
  return mod(root * root) === mod(value) ? root : null;
}

/** Inverse modulo the group order. */
export function inverseR(value: bigint): bigint {
  return inverse(value, R);
}
