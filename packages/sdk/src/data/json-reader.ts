import { CorexError } from "../errors.ts";
import type { JsonValue } from "../store/canonical-json.ts";
import { parseContentId, type ContentId } from "../store/content-id.ts";

/** At most 80 digits: uint256 has 78, and converting longer ones takes quadratic time. */
const DECIMAL = /^(?:0|-?[1-9][0-9]{0,79})$/;

/** Reads one value of decoded JSON and throws a coded error that names the place and the value when it is not as expected. */
export class JsonReader {
  readonly #value: unknown;
  readonly #path: string;
  readonly #code: string;

  /** @param code error code; @param path name of the document, extended with every field and index. */
  constructor(value: unknown, code: string, path: string) {
    this.#value = value;
    this.#code = code;
    this.#path = path;
  }

  field(name: string): JsonReader {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.fail("an object");
    const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return new JsonReader(member, this.#code, `${this.#path}.${name}`);
  }

  /** A field that may be missing. */
  optional(name: string): JsonReader | undefined {
    const field = this.field(name);
    return field.#value === undefined ? undefined : field;
  }

  /** Every element; with `length`, exactly that many. */
  items(length?: number): JsonReader[] {
    const value: unknown = this.#value;
    if (!Array.isArray(value)) throw this.fail("an array");
    if (length !== undefined && value.length !== length) {
      throw this.fail(`an array of ${length} elements`);
    }
    return value.map((item: unknown, index) => new JsonReader(item, this.#code, `${this.#path}[${index}]`));
  }

  /** Whether the document has no such value. */
  isMissing(): boolean {
    return this.#value === undefined;
  }

  isNull(): boolean {
    return this.#value === null;
  }

  isString(): boolean {
    return typeof this.#value === "string";
  }

  boolean(): boolean {
    if (typeof this.#value !== "boolean") throw this.fail("true or false");
    return this.#value;
  }

  string(): string {
    if (typeof this.#value !== "string") throw this.fail("a string");
    return this.#value;
  }

  /** A string that is exactly `expected`, or a number that is. */
  literal<T extends string | number>(expected: T): T {
    if (this.#value !== expected) throw this.fail(JSON.stringify(expected));
    return expected;
  }

  matching(pattern: RegExp, what: string): string {
    const text = this.string();
    if (!pattern.test(text)) throw this.fail(what);
    return text;
  }

  contentId(): ContentId {
    const text = this.string();
    try {
      return parseContentId(text);
    } catch {
      throw this.fail("a content id");
    }
  }

  /** The value as it is: what came out of JSON is JSON. */
  json(): JsonValue {
    if (this.#value === undefined) throw this.fail("a JSON value");
    return this.#value as JsonValue;
  }

  number(): number {
    if (typeof this.#value !== "number") throw this.fail("a number");
    return this.#value;
  }

  /** An integer in [min, max]. */
  integer(min: number, max: number): number {
    const value = this.number();
    if (!Number.isSafeInteger(value) || value < min || value > max) throw this.fail(`an integer in [${min}, ${max}]`);
    return value;
  }

  /** A bigint in [min, max], written as a decimal string. */
  bigint(min: bigint, max: bigint): bigint {
    const value = BigInt(this.matching(DECIMAL, "a decimal string"));
    if (value < min || value > max) throw this.fail(`in [${min}, ${max}]`);
    return value;
  }

  /** The error to throw when the value is not `expected`. */
  fail(expected: string): CorexError {
    return new CorexError(this.#code, `${this.#path} is ${describe(this.#value)}, expected ${expected}`, {
      retry: "after-change",
      details: { path: this.#path },
    });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `an array of ${value.length} elements`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
