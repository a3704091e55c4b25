import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { JsonRpcSigner, Wallet, parseEther, toQuantity, type HDNodeWallet, type JsonRpcProvider } from "ethers";

import { connectGovernance, type GovernanceContracts } from "@corex/sdk/contracts/connect-governance";
import { createProvider } from "@corex/sdk/contracts/create-provider";

import { startChain, type LocalChain } from "../../../scripts/lib/chain.ts";
import { deploySuite } from "../../support/deploy-suite.ts";

const CHAIN_ID = 31_337;
const YEAR = 365 * 86_400;
const CAPACITY = 1_000_000_000n;

/** A chain in its own process with the whole suite, somebody who can propose, and two who have votes. */
export interface GovernedChain {
  readonly chain: LocalChain;
  readonly provider: JsonRpcProvider;
  readonly contracts: GovernanceContracts;
  /** Deployment file. */
  readonly file: string;
  /** Operates a node and has staked for it. */
  readonly author: HDNodeWallet;
  /** Have votes that are not delegated yet. */
  readonly whale: HDNodeWallet;
  readonly small: HDNodeWallet;
  /** Moves the time of the chain by seconds. */
  pass(seconds: number): Promise<void>;
}

/** Starts the chain; `folder` holds its log and the deployment file. */
export async function startGovernedChain(folder: string): Promise<GovernedChain> {
  const chain = await startChain(join(folder, "chain.log"));
  try {
    return await govern(chain, folder);
  } catch (cause) {
    await chain.child.stop(1_000);
    throw cause;
  }
}

async function govern(chain: LocalChain, folder: string): Promise<GovernedChain> {
  const provider = createProvider(chain.rpcUrl, CHAIN_ID);
  provider.pollingInterval = 50;
  const admin = await provider.getSigner(0);
  const { deployment } = await deploySuite({ admin, rpcUrl: chain.rpcUrl });
  const file = join(folder, "deployment.json");
  await writeFile(file, JSON.stringify(deployment));
  const contracts = connectGovernance(deployment, provider);
  const { token, miningPool, nodeRegistry, stakeVault } = contracts;

  const pass = async (seconds: number): Promise<void> => {
    await provider.send("evm_increaseTime", [toQuantity(seconds)]);
    await provider.send("evm_mine", []);
  };
  const pool = await miningPool.getAddress();
  await provider.send("hardhat_impersonateAccount", [pool]);
  await provider.send("hardhat_setBalance", [pool, toQuantity(parseEther("1"))]);
  const source = new JsonRpcSigner(provider, pool);
  const account = async (cxt: string): Promise<HDNodeWallet> => {
    const wallet = Wallet.createRandom().connect(provider);
    await provider.send("hardhat_setBalance", [wallet.address, toQuantity(parseEther("10"))]);
    await (await token.connect(source).transfer(wallet, parseEther(cxt))).wait();
    return wallet;
  };
  const author = await account("36000");
  const whale = await account("600001");
  const small = await account("40003");
  await (await nodeRegistry.connect(author).register(author, 1, "ipfs://node")).wait();
  const node = await nodeRegistry.nodeOf(author);
  const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
  await (await nodeRegistry.connect(admin).recordBenchmark(node, CAPACITY, now + 60 * 86_400)).wait();
  await (await contracts.reputation.connect(admin).recordMeasured(node)).wait();
  await (await token.connect(author).approve(stakeVault, parseEther("30000"))).wait();
  await (await stakeVault.connect(author).stake(node, parseEther("30000"), YEAR)).wait();
  return { chain, provider, contracts, file, author, whale, small, pass };
}
