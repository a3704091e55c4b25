import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";

import { Attestor } from "../attestor/attestor.ts";
import { ChainMeasurements } from "../attestor/chain-measurements.ts";
import { createAttestorServer } from "../attestor/server.ts";
import { LanePool } from "../benchmark/lane-pool.ts";
import { openSession, type CommandFlags, type Session } from "./session.ts";

/**
 * Checks the answers of nodes until SIGTERM or SIGINT, signing with the session's key, which must hold the ATTESTOR role.
 *
 * @throws CorexError CONFIG_INVALID for a bad port, CHAIN_*, KEY_*; ATTESTOR_CANNOT_LISTEN.
 */
export async function attestor(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { provider, deployment, wallet, logger, config } = session;
  const port = parsePort(flags.port);
  const host = typeof flags.host === "string" ? flags.host : "127.0.0.1";
  await requireChain(provider, deployment);

  const pool = new LanePool({ threads: config.threads });
  const server = createAttestorServer(createAttestor(session, pool), logger);
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
  await pool.close();
}

function createAttestor({ wallet, provider, deployment, contracts, logger }: Session, pool: LanePool): Attestor {
  return new Attestor({
    signer: wallet,
    domain: { chainId: deployment.chainId, benchmarkRegistry: contractAddress(contracts.benchmarkRegistry) },
    source: new ChainMeasurements(contracts, provider),
    compute: async (seed, lanes) => pool.compute(seed, lanes),
    computeRoot: async (digests) => pool.root(digests),
    // From the key: as secret as that, and the same after a restart.
    secret: createHash("sha256").update(`corex attestor samples/${wallet.privateKey}`).digest(),
    logger,
  });
}

function parsePort(value: unknown): number {
  const port = Number(value ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CorexError("CONFIG_INVALID", `port is "${String(value)}", expected an integer from 0 to 65535`, {
    retry: "after-change",
  });
}
