import { getAddress, isAddress, parseEther } from "ethers";

import { CorexError } from "@corex/sdk/errors";
import { VOTE_CHOICES, type VoteChoice } from "@corex/sdk/actions/governance/cast-vote";

/** Id of a proposal: decimal or 0x. @throws CorexError CONFIG_INVALID. */
export function readId(text: string): bigint {
  if (/^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text)) return BigInt(text);
  throw invalid(`"${text}" is no id of a proposal: expected a whole number`);
}

/** A whole number. @throws CorexError CONFIG_INVALID. */
export function readNumber(text: string): bigint {
  if (/^\d{1,78}$/.test(text)) return BigInt(text);
  throw invalid(`"${text}" is no whole number`);
}

/** An address. @throws CorexError CONFIG_INVALID. */
export function readAddress(text: string): string {
  if (isAddress(text)) return getAddress(text);
  throw invalid(`"${String(text)}" is no address`);
}

/** An amount with up to 18 decimals, in wei. @throws CorexError CONFIG_INVALID. */
export function readAmount(text: string): bigint {
  if (/^\d{1,30}(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw invalid(`"${text}" is no amount: expected a number such as 0.5 or 1000`);
}

/** For, against or abstain. @throws CorexError CONFIG_INVALID. */
export function readChoice(text: string): VoteChoice {
  const choice = VOTE_CHOICES.find((known) => known === text.toLowerCase());
  if (choice !== undefined) return choice;
  throw invalid(`"${text}" is no vote: expected ${VOTE_CHOICES.join(", ")}`);
}

function invalid(message: string): CorexError {
  return new CorexError("CONFIG_INVALID", message, { retry: "after-change" });
}
