import { submitIntent } from "@corex/sdk/actions/submit-fragment";
import { submitRoundIntent } from "@corex/sdk/actions/submit-round-fragment";
import { submitWorkIntent } from "@corex/sdk/actions/submit-work";
import { roundPlace } from "@corex/sdk/task/round-fragment";

/** The markets whose tasks a node works on: chains of steps, rounds of gradients, and work that verifiers judge. */
export type MarketName = "chains" | "rounds" | "work";

/**
 * Names a fragment. In a task of rounds `chain` is the number of the fragment and `step` its round; in a task of work `chain` is
 * the number of the fragment and `step` that of its draw.
 */
export interface FragmentKey {
  readonly market: MarketName;
  readonly task: string;
  readonly chain: number;
  readonly step: number;
}

const SINGLE = /^submit(-round|-work)?:(0x[0-9a-f]{64}):(\d+):(\d+)$/;
const MARKETS: Readonly<Record<string, MarketName>> = { "-round": "rounds", "-work": "work" };
const BATCH = /^submit-batch:(0x[0-9a-f]{64}):(\d+\.\d+(?:,\d+\.\d+)*)$/;

/** A fragment in the words of its market. */
export function labelOf({ market, task, chain, step }: FragmentKey): Readonly<Record<string, string | number>> {
  if (market === "chains") return { task, chain, step };
  if (market === "work") return { task, kind: "work", fragment: chain, attempt: step };
  return { task, kind: roundPlace(chain).kind, fragment: chain, round: step };
}

/** What the transaction is for that submits a fragment alone. */
export function intentOf({ market, task, chain, step }: FragmentKey): string {
  if (market === "chains") return submitIntent(task, chain, step);
  return market === "work" ? submitWorkIntent(task, chain, step) : submitRoundIntent(task, chain, step);
}

/** The fragments that a transaction of this intent submits; none when it is for anything else. */
export function fragmentsIn(intent: string): FragmentKey[] {
  const [, suffix = "", single = "", chain, step] = SINGLE.exec(intent) ?? [];
  if (single !== "") {
    const market = MARKETS[suffix] ?? "chains";
    return [{ market, task: single, chain: Number(chain), step: Number(step) }];
  }
  const [, task = "", places = ""] = BATCH.exec(intent) ?? [];
  if (task === "") return [];
  return places.split(",").map((place) => {
    const [of = 0, at = 0] = place.split(".").map(Number);
    return { market: "chains", task, chain: of, step: at };
  });
}
