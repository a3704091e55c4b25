import { CorexError } from "../errors.ts";

/** What canonical JSON can hold; checked while encoding, so interfaces need no index signature. Bigints become decimal strings: a reader must know which strings are numbers. */
export type JsonValue =
  null | boolean | number | bigint | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The one spelling of a value as JSON: no white space, keys in code-unit order, bigints as decimal strings, numbers in
 * ECMAScript's shortest form (RFC 8785 plus bigints). Equal values give equal bytes on every machine.
 *
 * @throws CorexError STORE_NOT_CANONICAL for what JSON would change or drop without a word: undefined, functions,
 * symbols, NaN, infinities, -0, lone surrogates, sparse arrays, and objects that are neither plain nor arrays.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, "$");
}

function encode(value: unknown, path: string): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return `"${value}"`;
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw notCanonical(path, "a string with a lone surrogate");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Object.is(value, -0)) {
      throw notCanonical(path, Object.is(value, -0) ? "the number -0" : `the number ${value}`);
    }
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    // Array.from visits holes as undefined, so a sparse array is refused below.
    return `[${Array.from(value, (item: unknown, index) => encode(item, `${path}[${index}]`)).join(",")}]`;
  }
  if (typeof value !== "object" || !isPlain(value)) throw notCanonical(path, describe(value));
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${encode(key, path)}:${encode(item, `${path}.${key}`)}`);
  return `{${members.join(",")}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null
    ? `a ${value.constructor.name}`
    : `a value of type ${typeof value}`;
}

function notCanonical(path: string, what: string): CorexError {
  return new CorexError("STORE_NOT_CANONICAL", `cannot write ${path} as canonical JSON: it is ${what}`, {
    details: { path },
  });
}
