import type { Server } from "node:http";
import type { Logger } from "pino";

import { createJsonServer } from "../http/json-server.ts";
import type { Collector } from "./collector.ts";
import { parseHandedOver } from "./parse-request.ts";

/** Proof, signature and path take four kilobytes; the first step of a task lists the head of every chain. */
export const MAX_BODY_BYTES = 512 * 1_024;

const STATUSES: Readonly<Record<string, number>> = {
  WRONG_SIGNATURE: 403,
  NOT_ASSIGNED: 403,
  UNKNOWN_SUBMISSION: 404,
  NOT_OPEN: 409,
  STALE: 409,
  TOO_LATE: 409,
};

/** Serves a collector over HTTP: POST /submissions, GET /submissions/:task/:chain/:step, GET /health. */
export function createCollectorServer(collector: Pick<Collector, "take" | "status">, logger: Logger): Server {
  const handle = (route: string, body: () => Promise<unknown>): Promise<unknown> | undefined => {
    if (route === "POST /submissions") return body().then(async (json) => collector.take(parseHandedOver(json)));
    const [, task, chain, step] = /^GET \/submissions\/(0x[0-9a-f]{64})\/(\d{1,5})\/(\d{1,10})$/.exec(route) ?? [];
    if (task === undefined) return undefined;
    return Promise.resolve().then(() => collector.status(task, Number(chain), Number(step)));
  };
  return createJsonServer({ name: "COLLECTOR", maxBodyBytes: MAX_BODY_BYTES, statuses: STATUSES, handle }, logger);
}
