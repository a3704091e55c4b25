// Proves from the chain that nobody has authority over the token and the mining pool.
//
//   npm run audit:permissions -- --network NAME [--rpc URL] [--deployment FILE]
//
// Reads the deployment FILE (default .corex/deployments/NAME.json: { chainId, rpcUrl?, fromBlock?, contracts: { name:
// address } }) and the compiled artifacts, checks code, immutables, storage, selectors, the history of the AccessManager
// and the supply, prints a table and exits 1 when any check fails. It sends no transaction.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { JsonRpcProvider, type Provider } from "ethers";

import * as checks from "./audit/checks.ts";
import * as governance from "./audit/governance.ts";
import { expectEqual } from "./audit/expect.ts";
import { type Deployment, DeployedSuite } from "./audit/suite.ts";

export type { Deployment } from "./audit/suite.ts";

export interface AuditCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Proves that token and pool of `deployment` have no authority. Does not throw for a bad suite: a finding is a check. */
export async function auditPermissions(options: {
  readonly provider: Provider;
  readonly deployment: Deployment;
  readonly artifactsDir: string;
}): Promise<{ checks: AuditCheck[] }> {
  const { provider, deployment, artifactsDir } = options;
  const suite = new DeployedSuite(provider, deployment, artifactsDir);
  const results: AuditCheck[] = [];
  const check = async (name: string, body: () => Promise<string>): Promise<void> => {
    try {
      results.push({ name, ok: true, detail: await body() });
    } catch (error) {
      results.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };

  await check("chain id", async () => {
    const { chainId } = await provider.getNetwork();
    expectEqual("chain id", chainId, BigInt(deployment.chainId));
    return String(chainId);
  });
  for (const contract of ["CorexToken", "MiningPool"] as const) {
    await check(`${contract}: code is the compiled code`, () => checks.codeIsCompiled(suite, contract));
    await check(`${contract}: immutables`, () => checks.immutables(suite, contract));
    await check(`${contract}: no dangerous instruction`, () => checks.noForbiddenOpcode(suite, contract));
    await check(`${contract}: state-changing functions`, () => checks.stateChangingFunctions(suite, contract));
    await check(`${contract}: no owner, authority or proxy`, () => checks.noAuthority(suite, contract));
    await check(`${contract}: storage`, () => checks.storage(suite, contract));
    await check(`${contract}: same answer to everyone`, () => checks.sameAnswerToEveryone(suite, contract));
    await check(`${contract}: unknown to the AccessManager`, () => checks.noAccessManagerHistory(suite, contract));
  }
  await check("RewardDistributor: code is the compiled code", () => checks.codeIsCompiled(suite, "RewardDistributor"));
  await check("token, pool and distributor name each other", () => checks.wiring(suite));
  await check("supply: minted once, to the pool", () => checks.mintedOnce(suite));
  await check("supply: what left the pool was released", () => checks.ledger(suite));
  if (governance.hasGovernance(suite)) {
    await check("votes: sealed as deployed", () => governance.votesAreSealed(suite));
    await check("timelocks: obey their governors alone", () => governance.timelocksObey(suite));
    await check("people with power", () => governance.peopleWithPower(suite));
  }
  return { checks: results };
}

/** Prints the checks as a table and returns the failed ones. */
export function printAudit(results: readonly AuditCheck[]): AuditCheck[] {
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { name, ok, detail } of results) {
    console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${detail}`);
  }
  return results.filter(({ ok }) => !ok);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      network: { type: "string", default: "local" },
      rpc: { type: "string" },
      deployment: { type: "string" },
    },
  });
  const file = values.deployment ?? path.join(".corex", "deployments", `${values.network}.json`);
  const deployment = JSON.parse(await readFile(file, "utf8")) as Deployment;
  const url = values.rpc ?? deployment.rpcUrl ?? process.env.COREX_RPC_URL ?? "http://127.0.0.1:8545";
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true });
  try {
    await provider.send("eth_chainId", []).catch((cause: unknown) => {
      throw new Error(`no chain answers at ${url}`, { cause });
    });
    const { checks: results } = await auditPermissions({ provider, deployment, artifactsDir: "artifacts" });
    const failed = printAudit(results);
    if (failed.length === 0) {
      console.log(`\nNobody has authority over token and pool on ${values.network}: ${results.length} checks passed.`);
      return 0;
    }
    console.error(`\nAUDIT FAILED on ${values.network}: ${failed.map(({ name }) => name).join("; ")}`);
    return 1;
  } finally {
    provider.destroy();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`AUDIT FAILED: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
