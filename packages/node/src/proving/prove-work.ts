import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { encodeProof } from "@corex/sdk/proof/encode-proof";
import { proveEvaluation } from "@corex/sdk/proof/prove-model";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { claimContext } from "@corex/sdk/task/claim-context";
import { evaluateClaim, type EvaluatedClaim } from "@corex/sdk/work/evaluate-claim";
import { loadProvedWork } from "@corex/sdk/work/load-proved-work";

import type { ProvedClaim } from "../journal/submission-json.ts";
import type { Tools } from "../markets/open-fragment.ts";
import type { WorkPlace } from "../work/work-place.ts";

/** The claim about a fragment of a task with a circuit, and the circuit that proves it. */
export interface EvaluatedWork extends EvaluatedClaim {
  /** Key in circuits.json. */
  readonly circuit: string;
}

export interface ProveClaimInput {
  readonly place: Pick<WorkPlace, "task" | "fragment">;
  readonly evaluated: EvaluatedWork;
  readonly chainId: number;
  readonly market: string;
  readonly operator: string;
  readonly tools: Pick<Tools, "prover" | "signal">;
}

/** Fetches, checks and evaluates a fragment of a task with a circuit. Errors: see `loadProvedWork` and `evaluateClaim`. */
export async function evaluateWork(
  { task, fragment }: Pick<WorkPlace, "task" | "fragment">,
  store: ContentStore,
): Promise<EvaluatedWork> {
  const work = await loadProvedWork(store, task.terms);
  return { ...(await evaluateClaim(store, work, fragment)), circuit: work.circuit };
}

/** Proves a claim for one operator. @throws CorexError CIRCUIT_NOT_COMPILED, CIRCUIT_KEY_MISSING, and as the prover. */
export async function proveClaim(input: ProveClaimInput): Promise<ProvedClaim> {
  const { place, evaluated, chainId, market, operator, tools } = input;
  const { claim, secrets, shardProof, circuit } = evaluated;
  const { task, fragment } = place;
  const ctx = claimContext({ chainId, market, circuit: task.terms.circuit, task: task.task, fragment, operator });
  const { proof } = await proveEvaluation(tools.prover, { ...secrets, ctx }, loadCircuit(circuit), tools.signal);
  return { ...claim, shardProof, proof: encodeProof(proof) };
}
