import { createHash } from "node:crypto";
import { once } from "node:events";

import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { requireChain } from "@corex/sdk/contracts/require-chain";

import { Attestor } from "../attestor/attestor.ts";
import { ChainMeasurements } from "../attestor/chain-measurements.ts";
import { createAttestorServer } from "../attestor/server.ts";
import { LanePool } from "../benchmark/lane-pool.ts";
import { listen } from "../http/json-server.ts";
import { parseAddress } from "./listen-options.ts";
import { openSession, type CommandFlags, type Session } from "./session.ts";

/**
 * Checks the answers of nodes until SIGTERM or SIGINT, signing with the session's key, which must hold the ATTESTOR role.
 *
 * @throws CorexError CONFIG_INVALID for a bad port, CHAIN_*, KEY_*; ATTESTOR_CANNOT_LISTEN.
 */
export async function attestor(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { provider, deployment, wallet, logger, config } = session;
  const { host, port } = parseAddress(flags);
  await requireChain(provider, deployment);

  const pool = new LanePool({ threads: config.threads });
  const server = createAttestorServer(createAttestor(session, pool), logger);
  const url = await listen(server, "ATTESTOR", host, port);
  logger.info({ url, attestor: wallet.address }, "attestor listens");
  process.stdout.write(`${JSON.stringify({ event: "listening", url })}\n`);

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
