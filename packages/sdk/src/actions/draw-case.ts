import { execute, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/**
 * Draws the verifiers of a case; none when new entropy was requested, or too few could be drawn. Open to anyone.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_ENTROPYPENDING, CHAIN_VERIFIERCOMMITTEE_WRONGPHASE.
 */
export async function drawCase(context: ActionContext, caseId: bigint): Promise<Executed<readonly bigint[]>> {
  const { verifierCommittee: committee } = context.contracts;
  const { receipt } = await execute(context, committee.draw, [caseId], `draw-case:${caseId}`);
  const [drawn] = parseEvents(receipt.logs, committee, committee.getEvent("VerifiersDrawn"));
  return { result: drawn === undefined ? [] : [...drawn.args.verifiers], receipt };
}
