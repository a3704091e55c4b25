import { JsonReader } from "@corex/sdk/data/json-reader";
import { CorexError, type Retry } from "@corex/sdk/errors";

const RETRIES: readonly string[] = ["never", "later", "after-change"] satisfies Retry[];

export interface JsonRequest {
  /** What is asked, in lower case: "attestor". Error codes of its own failures start with it in upper case. */
  readonly name: string;
  /** Base URL. */
  readonly base: string;
  readonly path: string;
  /** Sent by POST; GET without one. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a service that speaks JSON, see `createJsonServer`.
 *
 * @throws CorexError <NAME>_UNREACHABLE (retry: later), <NAME>_BAD_REPLY, and what the service refuses for.
 */
export async function requestJson(request: JsonRequest): Promise<JsonReader> {
  const { name, base, path, body, timeoutMs, signal } = request;
  const code = name.toUpperCase();
  const url = new URL(path, base.endsWith("/") ? base : `${base}/`);
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      // A service must not send the agent's requests elsewhere.
      redirect: "error",
      headers: { "content-type": "application/json" },
      body: body === undefined ? null : format(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    json = await response.json();
  } catch (cause) {
    throw new CorexError(`${code}_UNREACHABLE`, `the ${name} at ${base} does not answer`, { retry: "later", cause });
  }
  const reply = new JsonReader(json, `${code}_BAD_REPLY`, `reply of ${path}`);
  if (response.ok) return reply;
  const said = reply.field("retry").string();
  const retry = RETRIES.includes(said) ? (said as Retry) : "never";
  throw new CorexError(reply.field("code").string(), `the ${name} refuses: ${reply.field("message").string()}`, {
    retry,
  });
}

function format(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}
