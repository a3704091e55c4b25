import { parseEther } from "ethers";

import { CorexError } from "../errors.ts";

/** Parameters by their number in `IParameters.Parameter`. */
export const PARAMETER_NAMES = [
  "protocolFeeBps",
  "burnShareBps",
  "treasuryShareBps",
  "computeShareBps",
  "matchBps",
  "networkShareBps",
  "claimFeeBps",
  "maxRewardPerPoint",
  "macsPerWorkUnit",
  "supportBps",
  "proposerStake",
  "proposerScore",
  "proposalBond",
  "policyQuorumBps",
  "technicalQuorumBps",
  "rewardShareBps",
] as const;

export type ParameterName = (typeof PARAMETER_NAMES)[number];

/** Number of a parameter on the chain. @throws CorexError GOV_PROPOSAL_INVALID. */
export function parameterIndex(name: string): number {
  const index = PARAMETER_NAMES.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index;
  throw invalid(`there is no parameter "${name}": it is one of ${PARAMETER_NAMES.join(", ")}`);
}

/** `protocolFeeBps=400`, or `proposalBond=500CXT`, as number and value. @throws CorexError GOV_PROPOSAL_INVALID. */
export function parseParameter(text: string): { readonly parameter: number; readonly value: bigint } {
  const [name = "", value = ""] = text.split("=").map((part) => part.trim());
  const parameter = parameterIndex(name);
  if (/^\d+$/.test(value)) return { parameter, value: BigInt(value) };
  const cxt = /^(\d+(?:\.\d{1,18})?)\s*CXT$/i.exec(value)?.[1];
  if (cxt !== undefined) return { parameter, value: parseEther(cxt) };
  throw invalid(`the value of ${name} is "${value}", expected a whole number in its unit, or an amount such as 500CXT`);
}

function invalid(message: string): CorexError {
  return new CorexError("GOV_PROPOSAL_INVALID", message, { retry: "after-change" });
}
