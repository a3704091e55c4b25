import type { Contract } from "ethers";

import { ethers } from "./suite.ts";

/** Deploys a test contract and types its calls: generated types cover `contracts/` alone. */
export async function deployHarness<Calls>(name: string): Promise<Pick<Contract, "interface" | "getAddress"> & Calls> {
  return (await ethers.deployContract(name)) as unknown as Pick<Contract, "interface" | "getAddress"> & Calls;
}
