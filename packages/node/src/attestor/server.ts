import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";

import { MAX_LANES } from "@corex/sdk/benchmark/workload";
import { CorexError } from "@corex/sdk/errors";

import type { Attestor } from "./attestor.ts";
import { parseAttestationRequest, parseVerdictNode } from "./parse-request.ts";

/** The digests of the largest measurement, quoted and separated, and room for the rest: 1.1 MiB. */
export const MAX_BODY_BYTES = MAX_LANES * 70 + 1_024;

const STATUS: Readonly<Record<string, number>> = {
  ATTESTOR_BAD_REQUEST: 400,
  BENCHMARK_WRONG_COUNT: 400,
  BENCHMARK_WRONG_ROOT: 400,
  ATTESTOR_UNKNOWN_NODE: 404,
  ATTESTOR_NO_VERDICT: 404,
  ATTESTOR_NOT_FOUND: 404,
  ATTESTOR_NOT_ANSWERED: 409,
  ATTESTOR_BODY_TOO_LARGE: 413,
  ATTESTOR_BUSY: 429,
};

/**
 * Serves an attestor over HTTP: POST /attest, GET /verdicts/:node, GET /health. Errors are `{ code, message, retry }`.
 *
 * Requests have half a minute and a bounded body, so that a slow or large one cannot hold the service.
 */
export function createAttestorServer(attestor: Pick<Attestor, "attest" | "verdict">, logger: Logger): Server {
  const server = createServer((request, response) => {
    handle(attestor, request)
      .then((body) => reply(response, 200, body))
      .catch((cause: unknown) => {
        const error = cause instanceof CorexError ? cause : undefined;
        const status = error === undefined ? 500 : (STATUS[error.code] ?? 503);
        logger.warn(
          { path: request.url, status, code: error?.code, reason: error?.message ?? String(cause) },
          "refused",
        );
        const { code = "ATTESTOR_FAILED", message = "internal error", retry = "later" } = error ?? {};
        reply(response, status, { code, message, retry });
      });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 128;
  return server;
}

async function handle(attestor: Pick<Attestor, "attest" | "verdict">, request: IncomingMessage): Promise<unknown> {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /health") return { status: "ok" };
  if (route === "POST /attest") return attestor.attest(parseAttestationRequest(await readJson(request)));
  const [, node] = /^GET \/verdicts\/(\d{1,10})$/.exec(route) ?? [];
  if (node !== undefined) return attestor.verdict(parseVerdictNode(node));
  throw new CorexError("ATTESTOR_NOT_FOUND", `there is no ${route}`, { retry: "after-change" });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new CorexError("ATTESTOR_BAD_REQUEST", "the body is not JSON", { retry: "after-change", cause });
  }
}

function tooLarge(): CorexError {
  return new CorexError("ATTESTOR_BODY_TOO_LARGE", `the body is larger than ${MAX_BODY_BYTES} bytes`, {
    retry: "after-change",
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(text);
}
