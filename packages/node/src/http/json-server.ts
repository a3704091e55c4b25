import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";

import { CorexError } from "@corex/sdk/errors";

/** A service that speaks JSON. Its error codes start with its name: `ATTESTOR_BUSY`. */
export interface JsonService {
  /** Upper case. */
  readonly name: string;
  readonly maxBodyBytes: number;
  /** HTTP status by what follows the name in a code, beside the common ones; 503 for any other. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers a route such as `GET /health`; undefined when there is none. `body` reads the request as JSON. */
  readonly handle: (route: string, body: () => Promise<unknown>) => Promise<unknown> | undefined;
}

const COMMON: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  NOT_FOUND: 404,
  BODY_TOO_LARGE: 413,
  BUSY: 429,
};

/**
 * Serves JSON over HTTP, and GET /health. Errors are `{ code, message, retry }`.
 *
 * Requests have half a minute and a bounded body, so that a slow or large one cannot hold the service.
 */
export function createJsonServer(service: JsonService, logger: Logger): Server {
  const server = createServer((request, response) => {
    handle(service, request)
      .then((body) => reply(response, 200, body))
      .catch((cause: unknown) => {
        const error = cause instanceof CorexError ? cause : undefined;
        const status = error === undefined ? 500 : statusOf(service, error);
        logger.warn(
          { path: request.url, status, code: error?.code, reason: error?.message ?? String(cause) },
          "refused",
        );
        const { code = `${service.name}_FAILED`, message = "internal error", retry = "later" } = error ?? {};
        reply(response, status, { code, message, retry });
      });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 128;
  return server;
}

/** Listens and returns the URL; port 0 chooses one. @throws CorexError <NAME>_CANNOT_LISTEN. */
export async function listen(server: Server, name: string, host: string, port: number): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new CorexError(`${name}_CANNOT_LISTEN`, `cannot listen on ${host}:${port}`, {
      retry: "after-change",
      cause,
    });
  }
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function handle(service: JsonService, request: IncomingMessage): Promise<unknown> {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /health") return { status: "ok" };
  const answer = service.handle(route, async () => readJson(service, request));
  if (answer !== undefined) return answer;
  throw new CorexError(`${service.name}_NOT_FOUND`, `there is no ${route}`, { retry: "after-change" });
}

function statusOf({ name, statuses }: JsonService, { code }: CorexError): number {
  const reason = code.startsWith(`${name}_`) ? code.slice(name.length + 1) : code;
  return statuses[reason] ?? COMMON[reason] ?? 503;
}

async function readJson({ name, maxBodyBytes }: JsonService, request: IncomingMessage): Promise<unknown> {
  const tooLarge = (): CorexError =>
    new CorexError(`${name}_BODY_TOO_LARGE`, `the body is larger than ${maxBodyBytes} bytes`, {
      retry: "after-change",
    });
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new CorexError(`${name}_BAD_REQUEST`, "the body is not JSON", { retry: "after-change", cause });
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(text);
}
