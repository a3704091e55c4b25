import type { TaskTerms } from "./terms.ts";

/** Fee per fragment from which high tiers are drawn first; `MarketRules.HIGH_VALUE_FEE`. */
export const HIGH_VALUE_FEE = 100n * 10n ** 18n;

/** Seconds for which each tier is asked for; `MarketRules.PRIORITY_WINDOW`. */
export const PRIORITY_WINDOW = 60;

const MAX_TIER = 4;

/** Lowest tier in a draw that is requested `waited` seconds after its fragment was opened, as `MarketRules.openTier`. */
export function openTier(
  { feePerFragment, minTier }: Pick<TaskTerms, "feePerFragment" | "minTier">,
  waited: number,
): number {
  if (feePerFragment < HIGH_VALUE_FEE) return Number(minTier);
  return Math.max(MAX_TIER - Math.floor(waited / PRIORITY_WINDOW), Number(minTier));
}
