import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Retires a circuit for new tasks. Security role. @throws CorexError CHAIN_CIRCUITREGISTRY_UNKNOWNCIRCUIT. */
export async function retireCircuit(context: ActionContext, circuit: string): Promise<Executed<undefined>> {
  return execute(context, context.contracts.circuitRegistry.retire, [circuit], `retire-circuit:${circuit}`);
}
