import { JsonReader } from "../data/json-reader.ts";
import { CorexError } from "../errors.ts";
import { canonicalJson } from "../store/canonical-json.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";

/** Nesting that a document of work may have; the deepest one has seven levels. */
const MAX_DEPTH = 16;

/** How a document has to be. */
export interface DocumentFormat {
  /** Its `kind`. */
  readonly kind: string;
  /** Error code of everything that is wrong with it. */
  readonly code: string;
  /** Name in messages. */
  readonly name: string;
  readonly maxBytes: number;
}

/**
 * Reads a canonical JSON document of version 1 from bytes of anyone. Size and nesting are checked before anything is
 * parsed, so hostile bytes cost at most one pass over `maxBytes`.
 *
 * @throws CorexError with the code of the format.
 */
export function readDocument(bytes: Uint8Array, { kind, code, name, maxBytes }: DocumentFormat): JsonReader {
  const reader = new JsonReader(parseCanonical(bytes, { code, name, maxBytes }), code, name);
  reader.field("kind").literal(kind);
  reader.field("version").literal(1);
  return reader;
}

/** Fetches a document and reads it. @throws CorexError as {@link readDocument}, and what the store throws. */
export async function fetchDocument(store: ContentStore, id: ContentId, format: DocumentFormat): Promise<JsonReader> {
  return readDocument(await store.get(id), format);
}

/** The JSON of bytes that are its canonical spelling. @throws CorexError with `code`. */
export function parseCanonical(bytes: Uint8Array, { code, name, maxBytes }: Omit<DocumentFormat, "kind">): unknown {
  const fail = (problem: string, cause?: unknown): CorexError =>
    new CorexError(code, `${name} ${problem}`, { retry: "after-change", details: { bytes: bytes.length }, cause });
  if (bytes.length > maxBytes) throw fail(`has ${bytes.length} bytes, at most ${maxBytes} are allowed`);
  if (isDeeperThan(bytes, MAX_DEPTH)) throw fail(`is nested deeper than ${MAX_DEPTH} levels`);
  let text: string;
  let value: unknown;
  try {
    // A byte order mark is kept, so that it is refused: it is no part of canonical JSON.
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw fail("is not JSON in UTF-8", cause);
  }
  if (!isCanonical(value, text)) throw fail("is not in canonical spelling");
  return value;
}

function isCanonical(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    // A number that overflows to infinity, or a lone surrogate written as an escape.
    return false;
  }
}

/** Whether brackets outside strings nest deeper than `limit`. Works on bytes: no byte of a longer UTF-8 sequence is ASCII. */
function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  const [quote, backslash, openSquare, closeSquare, openCurly, closeCurly] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openSquare || byte === openCurly) depth++;
    else if (byte === closeSquare || byte === closeCurly) depth--;
    if (depth > limit) return true;
  }
  return false;
}

/** The bytes of a document of version 1. Errors as `canonicalJson`. */
export function writeDocument(kind: string, fields: Readonly<Record<string, unknown>>): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ kind, version: 1, ...fields }));
}

/**
 * Refuses fields that a reader did not ask for: `bytes` is what was read, `rewritten` what was understood of it.
 *
 * @throws CorexError with the code of the format.
 */
export function requireNoMore(
  bytes: Uint8Array,
  rewritten: Uint8Array,
  { code, name }: Pick<DocumentFormat, "code" | "name">,
): void {
  if (Buffer.compare(bytes, rewritten) === 0) return;
  throw new CorexError(code, `${name} has fields that nothing asks for`, { retry: "after-change" });
}
