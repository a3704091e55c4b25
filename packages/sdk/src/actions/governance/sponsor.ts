import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/** Lets `author` propose on the standing of the sender; the zero address ends it. @throws CorexError CHAIN_*. */
export async function sponsor(context: GovernanceContext, author: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.supportGovernor.sponsor, [author], `sponsor:${author}`);
}
