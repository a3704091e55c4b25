import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { CorexError } from "@corex/sdk/errors";

import { startChild, type Child } from "./children.ts";

export interface LocalChain {
  readonly rpcUrl: string;
  readonly child: Child;
}

const START_TIMEOUT_MS = 60_000;

/**
 * Starts a local chain as its own process, reachable from this machine only, mining a block a second.
 *
 * @throws CorexError CHAIN_NOT_STARTED when it does not answer in time.
 */
export async function startChain(logFile: string, port?: number): Promise<LocalChain> {
  const chosen = port ?? (await freePort());
  const rpcUrl = `http://127.0.0.1:${chosen}`;
  const child = startChild({
    name: "chain",
    args: [
      "node_modules/hardhat/dist/src/cli.js",
      "node",
      "--network",
      "devnet",
      "--hostname",
      "127.0.0.1",
      "--port",
      String(chosen),
    ],
    logFile,
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  let ended = false;
  void child.ended.then(() => (ended = true));
  while (Date.now() < deadline && !ended) {
    if (await answers(rpcUrl)) return { rpcUrl, child };
    await sleep(200);
  }
  await child.stop(1_000);
  throw new CorexError("CHAIN_NOT_STARTED", `the local chain did not answer at ${rpcUrl}; its log is ${logFile}`, {
    retry: "later",
  });
}

/** A TCP port that is free now on this machine. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port was bound")),
      );
    });
  });
}

async function answers(rpcUrl: string): Promise<boolean> {
  try {
    const response = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
    });
    return response.ok;
  } catch {
    return false;
  }
}
