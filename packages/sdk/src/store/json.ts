import { CorexError } from "../errors.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { ContentId } from "./content-id.ts";
import type { ContentStore } from "./content-store.ts";

/** Stores `value` as canonical JSON in UTF-8. Equal values get equal ids. Errors: see `canonicalJson`. */
export async function putJson(store: ContentStore, value: unknown): Promise<ContentId> {
  return store.put(new TextEncoder().encode(canonicalJson(value)));
}

/**
 * Reads JSON back. Bigints come back as decimal strings; the caller validates the shape.
 *
 * @throws CorexError STORE_INVALID_JSON when the bytes are intact but are not JSON in UTF-8; and what `get` throws.
 */
export async function getJson(store: ContentStore, id: ContentId): Promise<unknown> {
  const bytes = await store.get(id);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CorexError("STORE_INVALID_JSON", `the content of ${id} is not JSON (${bytes.length} bytes)`, {
      details: { id, bytes: bytes.length },
      cause,
    });
  }
}
