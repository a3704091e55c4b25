import type { ProvedPlant } from "../task/plants.ts";
import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Reveals that a result is a plant: who accepted it is punished, who rejected it shares the jackpot. Open to whoever knows the
 * salt, after the verdict and while it can be contested.
 *
 * @throws CorexError CHAIN_WORKREVIEW_NOTPLANTED, CHAIN_WORKREVIEW_WRONGSTAGE, CHAIN_WORKREVIEW_TOOLATE.
 */
export async function revealPlant(
  context: ActionContext,
  terms: WorkTerms,
  { fragment, salt, proof }: ProvedPlant,
): Promise<Executed<undefined>> {
  const intent = `reveal-plant:${terms.manifest}:${terms.nonce}:${fragment}`;
  return execute(context, context.contracts.workReview.revealPlant, [terms, fragment, salt, [...proof]], intent);
}
