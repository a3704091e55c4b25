import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Draws the jurors of the round; returns the votes drawn, zero when new entropy was requested. Open to anyone. @throws CorexError CHAIN_ARBITRATION_*. */
export async function drawJurors(context: ActionContext, dispute: bigint): Promise<Executed<bigint>> {
  return execute(context, context.contracts.arbitration.draw, [dispute], `draw-jurors:${dispute}`);
}
