import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/** Pays `author` its settled bonds and returns how much, in CXT wei; anyone may. @throws CorexError CHAIN_*. */
export async function withdrawBond(context: GovernanceContext, author: string): Promise<Executed<bigint>> {
  return execute(context, context.contracts.supportGovernor.withdrawBond, [author], `withdraw-bond:${author}`);
}
