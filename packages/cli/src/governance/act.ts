import type { Executed } from "@corex/sdk/actions/execute";

import type { GovernanceFlags } from "./flags.ts";
import { withAccount, type ActingSession } from "./session.ts";
import { announce, show } from "./show.ts";

/** Sends one transaction: says what, sends it, prints its hash and what it returned. @throws CorexError CONFIG_*, KEY_*, CHAIN_*. */
export async function act(
  flags: GovernanceFlags,
  what: string,
  send: (session: ActingSession) => Promise<Executed<unknown>>,
): Promise<void> {
  await withAccount(flags, async (session) => {
    announce(session.context.sender.address, what);
    const { result, receipt } = await send(session);
    const { hash } = receipt;
    show(flags.json, { event: "done", what, result: result ?? null, transaction: hash }, `done: ${hash}`);
  });
}
