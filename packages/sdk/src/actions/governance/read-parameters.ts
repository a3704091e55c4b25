import { decodeBytes32String, zeroPadBytes } from "ethers";

import type { GovernanceContracts } from "../../contracts/connect-governance.ts";
import { decodeError } from "../../contracts/decode-error.ts";
import { PARAMETER_NAMES, type ParameterName } from "../../governance/parameter-names.ts";

/** An adjustable number of the suite: what it is now, and how far it can go. Values are in `unit`. */
export interface ParameterSummary {
  readonly name: ParameterName;
  readonly unit: string;
  readonly value: bigint;
  /** Hard bounds, which nothing changes. */
  readonly minimum: bigint;
  readonly maximum: bigint;
  /** What the committee can choose; undefined when the DAO alone changes the number. */
  readonly band: { readonly minimum: bigint; readonly maximum: bigint } | undefined;
  /** What the next change can choose at least and at most. */
  readonly next: { readonly minimum: bigint; readonly maximum: bigint };
  /** Second from which it can change again; zero when it never changed. */
  readonly changeableAt: number;
}

const BPS = 10_000n;

/** Reads every adjustable number, in the order of their ids. @throws CorexError CHAIN_*. */
export async function readParameters({
  parameters,
}: Pick<GovernanceContracts, "parameters">): Promise<readonly ParameterSummary[]> {
  try {
    return await Promise.all(
      PARAMETER_NAMES.map(async (name, id) => {
        const [state, spec] = await Promise.all([parameters.stateOf(id), parameters.specOf(id)]);
        const { bandMinimum, bandMaximum, changedAt, value } = state;
        const { minimum, maximum, minInterval } = spec;
        return {
          name,
          unit: decodeBytes32String(zeroPadBytes(spec.unit, 32)),
          value,
          minimum,
          maximum,
          band: bandMinimum > bandMaximum ? undefined : { minimum: bandMinimum, maximum: bandMaximum },
          next: reachOf(spec, value),
          changeableAt: changedAt === 0n ? 0 : Number(changedAt + minInterval),
        };
      }),
    );
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** One step of the range either way, or the value multiplied and divided, within the hard bounds. */
function reachOf(
  { minimum, maximum, maxStepBps }: { minimum: bigint; maximum: bigint; maxStepBps: bigint },
  value: bigint,
): ParameterSummary["next"] {
  const step = ((maximum - minimum) * maxStepBps) / BPS;
  const lowest = maxStepBps > BPS ? (value * BPS + maxStepBps - 1n) / maxStepBps : value - step;
  const highest = maxStepBps > BPS ? (value * maxStepBps) / BPS : value + step;
  return { minimum: lowest < minimum ? minimum : lowest, maximum: highest > maximum ? maximum : highest };
}
