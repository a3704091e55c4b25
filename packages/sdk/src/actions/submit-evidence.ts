import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Points to a document by its SHA-256 digest, before the ruling. Open to anyone. @throws CorexError CHAIN_ARBITRATION_*. */
export async function submitEvidence(
  context: ActionContext,
  dispute: bigint,
  digest: string,
): Promise<Executed<undefined>> {
  const { arbitration } = context.contracts;
  return execute(context, arbitration.submitEvidence, [dispute, digest], `submit-evidence:${dispute}:${digest}`);
}
