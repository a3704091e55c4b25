import { execute, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";

/** Draws the jurors of the round; returns the votes drawn, zero when new entropy was requested. Open to anyone. @throws CorexError CHAIN_ARBITRATION_*. */
export async function drawJurors(context: ActionContext, dispute: bigint): Promise<Executed<bigint>> {
  const { arbitration } = context.contracts;
  const { receipt } = await execute(context, arbitration.draw, [dispute], `draw-jurors:${dispute}`);
  // Not what was simulated: the entropy of a block may be too old in the next.
  const [drawn] = parseEvents(receipt.logs, arbitration, arbitration.getEvent("JurorsDrawn"));
  return { result: BigInt(drawn?.args.jurors.length ?? 0), receipt };
}
