import type {
  CircuitNameStruct,
  CircuitTermsStruct,
} from "../../../../typechain-types/contracts/verification/ICircuitRegistry.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface RegisterCircuitInput {
  readonly name: CircuitNameStruct;
  readonly terms: CircuitTermsStruct;
  /** Words of the verifying key: see `encodeVerifyingKey`. */
  readonly key: bigint[];
}

/**
 * Adds a circuit and returns its id. Operations role.
 *
 * @throws CorexError CHAIN_CIRCUITREGISTRY_CIRCUITEXISTS, CHAIN_CIRCUITREGISTRY_DEVELOPMENTKEY and others.
 */
export async function registerCircuit(
  context: ActionContext,
  { name, terms, key }: RegisterCircuitInput,
): Promise<Executed<string>> {
  const { circuitRegistry } = context.contracts;
  return execute(
    context,
    circuitRegistry.register,
    [name, terms, key],
    `register-circuit:${name.name}:${name.version}`,
  );
}
