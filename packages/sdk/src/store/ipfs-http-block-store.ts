import { CorexError } from "../errors.ts";
import { checkBlock, codecOf, parseBlockCid, type BlockCid } from "./block-cid.ts";
import { MAX_BLOCK_BYTES, type BlockStore } from "./block-store.ts";

const DEFAULT_TIMEOUT_MS = 30_000;

/** An answer that says that there is no such block: Kubo's with its routing off, and that of other servers. */
const NOT_FOUND = /not found|could not find/i;

export interface IpfsHttpOptions {
  /** How long one request may take, its answer included. */
  readonly timeoutMs?: number;
}

/**
 * Block store behind the HTTP API of an IPFS node (Kubo's RPC: `/api/v0/block/put`, `get`, `stat`).
 *
 * INTEGRITY: the server is not trusted. Every block is hashed on read, the key that a write returns is compared, and an
 * answer is cut off at `MAX_BLOCK_BYTES`.
 * LIVENESS: every request has a time limit. `get` of a block that the server has not asks the server's peers for as long.
 */
export class IpfsHttpBlockStore implements BlockStore {
  readonly url: string;
  readonly #timeoutMs: number;

  /** @param url `http://127.0.0.1:5001`, without the path of the API. */
  constructor(url: string, { timeoutMs = DEFAULT_TIMEOUT_MS }: IpfsHttpOptions = {}) {
    this.url = url.replace(/\/+$/, "");
    this.#timeoutMs = timeoutMs;
  }

  async put(cid: BlockCid, bytes: Uint8Array): Promise<void> {
    checkBlock(cid, bytes, "the caller");
    const form = new FormData();
    form.append("data", new Blob([new Uint8Array(bytes)]), "block");
    const query = `block/put?cid-codec=${codecOf(cid)}&mhtype=sha2-256&mhlen=32&pin=true`;
    const { status, body } = await this.#request(query, form);
    if (status !== 200) throw this.#refused("STORE_WRITE_FAILED", cid, status, body);
    const key = keyOf(body);
    if (key !== cid) {
      throw new CorexError("STORE_DIGEST_MISMATCH", `${this.url} stored the block ${cid} under ${key ?? "no key"}`, {
        details: { id: cid, actual: key, url: this.url },
      });
    }
  }

  async get(cid: BlockCid): Promise<Uint8Array> {
    parseBlockCid(cid);
    const { status, body } = await this.#request(`block/get?arg=${cid}`);
    if (status !== 200) {
      if (NOT_FOUND.test(textOf(body))) throw this.#notFound(cid);
      throw this.#refused("STORE_READ_FAILED", cid, status, body);
    }
    checkBlock(cid, body, this.url);
    return body;
  }

  /** Asks for what the server itself holds; its peers are not asked. */
  async has(cid: BlockCid): Promise<boolean> {
    parseBlockCid(cid);
    const { status, body } = await this.#request(`block/stat?arg=${cid}&offline=true`);
    if (status === 200) return true;
    if (NOT_FOUND.test(textOf(body))) return false;
    throw this.#refused("STORE_READ_FAILED", cid, status, body);
  }

  async #request(query: string, form?: FormData): Promise<{ status: number; body: Uint8Array }> {
    try {
      const response = await fetch(`${this.url}/api/v0/${query}`, {
        method: "POST",
        signal: AbortSignal.timeout(this.#timeoutMs),
        redirect: "error",
        ...(form === undefined ? {} : { body: form }),
      });
      return { status: response.status, body: await readBounded(response, this.url) };
    } catch (cause) {
      if (cause instanceof CorexError) throw cause;
      const reason =
        cause instanceof Error && cause.name === "TimeoutError"
          ? `no answer within ${this.#timeoutMs} ms`
          : reasonOf(cause);
      throw new CorexError("STORE_UNREACHABLE", `cannot reach the IPFS API at ${this.url}: ${reason}`, {
        retry: "later",
        details: { url: this.url },
        cause,
      });
    }
  }

  #notFound(cid: BlockCid): CorexError {
    return new CorexError("STORE_NOT_FOUND", `there is no block ${cid} at ${this.url}`, {
      retry: "later",
      details: { id: cid, url: this.url },
    });
  }

  #refused(code: string, cid: BlockCid, status: number, body: Uint8Array): CorexError {
    const reason = textOf(body).slice(0, 200);
    return new CorexError(code, `${this.url} refused the block ${cid}: ${status} ${reason}`, {
      retry: "later",
      details: { id: cid, url: this.url, status },
    });
  }
}

/** The body of an answer, which may be no larger than a block: a server cannot fill the memory. */
async function readBounded(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BLOCK_BYTES) {
      throw new CorexError("STORE_TOO_LARGE", `the answer of ${url} has more than ${MAX_BLOCK_BYTES} bytes`, {
        details: { url, limit: MAX_BLOCK_BYTES },
      });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function keyOf(body: Uint8Array): string | undefined {
  try {
    const answer: unknown = JSON.parse(textOf(body));
    const key: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "Key") : undefined;
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString("utf8");
}

/** `fetch` says "fetch failed"; what failed is in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message || cause.message : cause.message;
}
