import { contractAddress } from "../../contracts/contract-address.ts";
import { parameterIndex, type ParameterName } from "../../governance/parameter-names.ts";
import { execute, type Executed } from "../execute.ts";
import { requireEvent } from "../parse-events.ts";
import type { GovernanceContext } from "./governance-context.ts";

/**
 * Announces a move of a number, as a holder of the executive role must whose role has a delay; returns the second from which it can be moved.
 * The guardians of the role can cancel it until then, and it lapses a week later.
 *
 * @throws CorexError CHAIN_ACCESSMANAGER_ALREADYSCHEDULED, CHAIN_ACCESSMANAGER_UNAUTHORIZEDCALL, CHAIN_*.
 */
export async function announceMove(
  context: GovernanceContext,
  name: ParameterName,
  value: bigint,
): Promise<Executed<number>> {
  const { accessManager, parameters } = context.contracts;
  const data = parameters.interface.encodeFunctionData("move", [parameterIndex(name), value]);
  // Zero: as soon as the delay of the sender allows.
  const args: [string, string, bigint] = [contractAddress(parameters), data, 0n];
  const { receipt } = await execute(context, accessManager.schedule, args, `announce-move:${name}`);
  const { schedule } = requireEvent(receipt, accessManager, accessManager.getEvent("OperationScheduled"));
  return { result: Number(schedule), receipt };
}
