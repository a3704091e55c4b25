import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";

import { CorexError } from "@corex/sdk/errors";

import type { Attestor } from "./attestor.ts";
import { parseAnswer, parseChallengeRequest } from "./parse-request.ts";

/** A proof with its signals is 2 KB. */
const MAX_BODY_BYTES = 16 * 1_024;

const STATUS: Readonly<Record<string, number>> = {
  ATTESTOR_BAD_REQUEST: 400,
  ATTESTOR_STALE_REQUEST: 400,
  ATTESTOR_NOT_OPERATOR: 403,
  ATTESTOR_WRONG_STATEMENT: 403,
  ATTESTOR_INVALID_PROOF: 403,
  ATTESTOR_UNKNOWN_NODE: 404,
  ATTESTOR_NOT_FOUND: 404,
  ATTESTOR_NO_CHALLENGE: 409,
  ATTESTOR_TOO_LATE: 410,
  ATTESTOR_BODY_TOO_LARGE: 413,
  ATTESTOR_RATE_LIMITED: 429,
};

/**
 * Serves an attestor over HTTP: POST /challenge, POST /response, GET /health. Errors are `{ code, message, retry }`.
 *
 * Requests have ten seconds and a bounded body, so that a slow or large one cannot hold the service.
 */
export function createAttestorServer(attestor: Attestor, logger: Logger): Server {
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
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 128;
  return server;
}

async function handle(attestor: Attestor, request: IncomingMessage): Promise<unknown> {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /health") return { status: "ok" };
  if (route === "POST /challenge") return attestor.challenge(parseChallengeRequest(await readJson(request)));
  if (route === "POST /response") return attestor.respond(parseAnswer(await readJson(request)));
  throw new CorexError("ATTESTOR_NOT_FOUND", `there is no ${route}`, { retry: "after-change" });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new CorexError("ATTESTOR_BODY_TOO_LARGE", `the body is larger than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new CorexError("ATTESTOR_BAD_REQUEST", "the body is not JSON", { retry: "after-change", cause });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(text);
}
