import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** How a node stands with the network: its conduct, and what the scheduler makes of it. */
export interface NodeStanding {
  /** Reputation scaled by 1e18, decayed to now. */
  readonly score: bigint;
  readonly completed: number;
  readonly missed: number;
  readonly refused: number;
  readonly violations: number;
  readonly tier: number;
  /** Weight as of now; draws use it from the next period on. */
  readonly weight: bigint;
  /** Weight in draws of the running period. */
  readonly frozenWeight: bigint;
  /** Sum of the weights of all nodes in draws of the running period. */
  readonly frozenTotal: bigint;
  /** Fragments it has now. */
  readonly open: number;
  /** Stake-Boost in basis points. */
  readonly boostBps: number;
}

const ANY_DEVICE = 0;
const LOWEST_TIER = 0;

/** Reads the standing of a node. @throws CorexError CHAIN_*. */
export async function readStanding({ reputation, scheduler }: CorexContracts, node: bigint): Promise<NodeStanding> {
  try {
    const [score, conduct, weight, [frozenWeight], frozenTotal] = await Promise.all([
      reputation.scoreOf(node),
      reputation.conductOf(node),
      scheduler.weightOf(node),
      scheduler.frozenWeightOf(node),
      scheduler.frozenTotalOf(ANY_DEVICE, LOWEST_TIER),
    ]);
    return {
      score,
      completed: Number(conduct.completed),
      missed: Number(conduct.missed),
      refused: Number(conduct.refused),
      violations: Number(conduct.violations),
      tier: Number(weight.tier),
      weight: weight.weight,
      frozenWeight,
      frozenTotal,
      open: Number(weight.open),
      boostBps: Number(weight.boost),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}
