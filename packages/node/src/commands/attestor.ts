import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";

import { Attestor } from "../attestor/attestor.ts";
import { ChallengeBook } from "../attestor/challenge-book.ts";
import { createAttestorServer } from "../attestor/server.ts";
import { openSession, type CommandFlags } from "./session.ts";

const RULES = { lifetimeMs: 120_000, perWindow: 6, windowMs: 3_600_000 };

/**
 * Serves benchmarks until SIGTERM or SIGINT, signing with the session's key, which must hold the ATTESTOR role.
 *
 * @throws CorexError CONFIG_INVALID for a bad port, CHAIN_*, KEY_*; ATTESTOR_CANNOT_LISTEN.
 */
export async function attestor(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { provider, deployment, wallet, contracts, logger } = session;
  const port = parsePort(flags.port);
  const host = typeof flags.host === "string" ? flags.host : "127.0.0.1";
  await requireChain(provider, deployment);

  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);
  const { chainId } = deployment;
  const book = new ChallengeBook(RULES);
  const server = createAttestorServer(new Attestor({ wallet, provider, contracts, chainId, circuit, book }), logger);
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new CorexError("ATTESTOR_CANNOT_LISTEN", `cannot listen on ${host}:${port}`, {
      retry: "after-change",
      cause,
    });
  }
  const { port: actual } = server.address() as AddressInfo;
  logger.info({ host, port: actual, attestor: wallet.address }, "attestor listens");
  process.stdout.write(`${JSON.stringify({ event: "listening", url: `http://${host}:${actual}` })}\n`);

  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  server.close();
  server.closeAllConnections();
}

function parsePort(value: unknown): number {
  const port = Number(value ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CorexError("CONFIG_INVALID", `port is "${String(value)}", expected an integer from 0 to 65535`, {
    retry: "after-change",
  });
}
