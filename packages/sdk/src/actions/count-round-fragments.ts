import type { RoundRecordStruct } from "../../../../typechain-types/contracts/models/IModelContributions.ts";
import { execute, type ActionContext } from "./execute.ts";

/** Records of one transaction: below 1 million gas. */
const PAGE = 200;

export interface CountRoundFragmentsInput {
  readonly model: string;
  readonly node: bigint;
  /** Every settled fragment of the model's task, in the order of settling. */
  readonly records: readonly RoundRecordStruct[];
}

/**
 * Shows the chain all fragments of a model of rounds, to count those of `node`, and returns the proved count. What was shown
 * counts for the sender alone; a list that it contradicts can then be refuted by the sender.
 *
 * @throws CorexError CHAIN_MODELCONTRIBUTIONS_WRONGMARKET, CHAIN_MODELREGISTRY_UNKNOWNMODEL.
 */
export async function countRoundFragments(
  context: ActionContext,
  { model, node, records }: CountRoundFragmentsInput,
): Promise<{ readonly counted: bigint; readonly complete: boolean }> {
  const { modelContributions } = context.contracts;
  for (let position = 0; position < records.length; position += PAGE) {
    const page = records.slice(position, position + PAGE);
    const args: [string, bigint, number, RoundRecordStruct[]] = [model, node, position, page];
    await execute(context, modelContributions.countRounds, args, `count-fragments:${model}:${node}:${position}`);
  }
  const { counted, complete } = await modelContributions.countOf(model, node, context.sender.address);
  return { counted, complete };
}
