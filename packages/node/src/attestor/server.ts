import type { Server } from "node:http";
import type { Logger } from "pino";

import { MAX_LANES } from "@corex/sdk/benchmark/workload";

import { createJsonServer } from "../http/json-server.ts";
import type { Attestor } from "./attestor.ts";
import { parseAttestationRequest, parseVerdictNode } from "./parse-request.ts";

/** The digests of the largest measurement, quoted and separated, and room for the rest: 1.1 MiB. */
export const MAX_BODY_BYTES = MAX_LANES * 70 + 1_024;

const STATUSES: Readonly<Record<string, number>> = {
  BENCHMARK_WRONG_COUNT: 400,
  BENCHMARK_WRONG_ROOT: 400,
  UNKNOWN_NODE: 404,
  NO_VERDICT: 404,
  NOT_ANSWERED: 409,
};

/** Serves an attestor over HTTP: POST /attest, GET /verdicts/:node, GET /health. */
export function createAttestorServer(attestor: Pick<Attestor, "attest" | "verdict">, logger: Logger): Server {
  const handle = (route: string, body: () => Promise<unknown>): Promise<unknown> | undefined => {
    if (route === "POST /attest") return body().then(async (json) => attestor.attest(parseAttestationRequest(json)));
    const [, node] = /^GET \/verdicts\/(\d{1,10})$/.exec(route) ?? [];
    return node === undefined
      ? undefined
      : Promise.resolve(node).then((text) => attestor.verdict(parseVerdictNode(text)));
  };
  return createJsonServer({ name: "ATTESTOR", maxBodyBytes: MAX_BODY_BYTES, statuses: STATUSES, handle }, logger);
}
