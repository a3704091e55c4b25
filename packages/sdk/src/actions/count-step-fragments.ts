import type { StepRecordStruct } from "../../../../typechain-types/contracts/models/IModelContributions.ts";
import { execute, type ActionContext } from "./execute.ts";

/** Records of one transaction: below 1 million gas. */
const PAGE = 200;

export interface CountStepFragmentsInput {
  readonly model: string;
  readonly node: bigint;
  /** Every settled step of the model's task: chain after chain, each in order. */
  readonly chains: readonly (readonly StepRecordStruct[])[];
}

/**
 * The same as `countRoundFragments` for a model of chains.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_WRONGMARKET, CHAIN_MODELREGISTRY_UNKNOWNMODEL.
 */
export async function countStepFragments(
  context: ActionContext,
  { model, node, chains }: CountStepFragmentsInput,
): Promise<{ readonly counted: bigint; readonly complete: boolean }> {
  const { modelContributions } = context.contracts;
  let position = 0;
  for (const records of chains) {
    for (let start = 0; start < records.length; start += PAGE) {
      const page = records.slice(start, start + PAGE);
      const args: [string, bigint, number, StepRecordStruct[]] = [model, node, position, page];
      await execute(context, modelContributions.countSteps, args, `count-fragments:${model}:${node}:${position}`);
      position += page.length;
    }
  }
  const { counted, complete } = await modelContributions.countOf(model, node, context.sender.address);
  return { counted, complete };
}
