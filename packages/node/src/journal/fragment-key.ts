import { submitIntent } from "@corex/sdk/actions/submit-fragment";
import { submitRoundIntent } from "@corex/sdk/actions/submit-round-fragment";
import { roundPlace } from "@corex/sdk/task/round-fragment";

/** The markets whose tasks a node works on: chains of steps, and rounds of gradients. */
export type MarketName = "chains" | "rounds";

/** Names a fragment. In a task of rounds `chain` is the number of the fragment and `step` its round. */
export interface FragmentKey {
  readonly market: MarketName;
  readonly task: string;
  readonly chain: number;
  readonly step: number;
}

const SINGLE = /^submit(-round)?:(0x[0-9a-f]{64}):(\d+):(\d+)$/;
const BATCH = /^submit-batch:(0x[0-9a-f]{64}):(\d+\.\d+(?:,\d+\.\d+)*)$/;

/** A fragment in the words of its market. */
export function labelOf({ market, task, chain, step }: FragmentKey): Readonly<Record<string, string | number>> {
  return market === "chains"
    ? { task, chain, step }
    : { task, kind: roundPlace(chain).kind, fragment: chain, round: step };
}

/** What the transaction is for that submits a fragment alone. */
export function intentOf({ market, task, chain, step }: FragmentKey): string {
  return market === "chains" ? submitIntent(task, chain, step) : submitRoundIntent(task, chain, step);
}

/** The fragments that a transaction of this intent submits; none when it is for anything else. */
export function fragmentsIn(intent: string): FragmentKey[] {
  const [, round, single = "", chain, step] = SINGLE.exec(intent) ?? [];
  if (single !== "") {
    const market = round === undefined ? "chains" : "rounds";
    return [{ market, task: single, chain: Number(chain), step: Number(step) }];
  }
  const [, task = "", places = ""] = BATCH.exec(intent) ?? [];
  if (task === "") return [];
  return places.split(",").map((place) => {
    const [of = 0, at = 0] = place.split(".").map(Number);
    return { market: "chains", task, chain: of, step: at };
  });
}
