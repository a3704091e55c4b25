import { parameterIndex, type ParameterName } from "../../governance/parameter-names.ts";
import { execute, type Executed } from "../execute.ts";
import type { GovernanceContext } from "./governance-context.ts";

/**
 * Changes a number within the band of the committee. Executive role; a holder with a delay announces the move first.
 *
 * @throws CorexError CHAIN_PARAMETERS_OUTOFBOUNDS, CHAIN_PARAMETERS_STEPTOOLARGE, CHAIN_PARAMETERS_TOOSOON, CHAIN_ACCESSMANAGER_NOTSCHEDULED
 * when it was not announced, CHAIN_ACCESSMANAGER_NOTREADY when its delay is not over, CHAIN_*.
 */
export async function moveParameter(
  context: GovernanceContext,
  name: ParameterName,
  value: bigint,
): Promise<Executed<undefined>> {
  const { parameters } = context.contracts;
  return execute(context, parameters.move, [parameterIndex(name), value], `move-parameter:${name}`);
}
