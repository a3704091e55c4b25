import { WORK_NAMES, type WorkName } from "../work/work-kind.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** The kinds as the committee stores them: bit k for kind k. */
export function kindMask(kinds: readonly WorkName[]): bigint {
  return kinds.reduce((mask, kind) => mask | (1n << BigInt(WORK_NAMES.indexOf(kind))), 0n);
}

/**
 * Chooses the kinds of work that the sender's node verifies; none to be drawn no more.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_NONODE, CHAIN_VERIFIERCOMMITTEE_OUTOFBOUNDS.
 */
export async function enrolVerifier(context: ActionContext, kinds: readonly WorkName[]): Promise<Executed<undefined>> {
  const mask = kindMask(kinds);
  return execute(context, context.contracts.verifierCommittee.enrol, [mask], `enrol-verifier:${mask}`);
}
