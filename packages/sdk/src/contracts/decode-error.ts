import { isError, isHexString, type ErrorDescription } from "ethers";

import { CorexError, type Retry } from "../errors.ts";
import { ERROR_INTERFACE } from "./error-interface.ts";
import { ERROR_RETRY } from "./error-retry.ts";

/** Domains whose name starts the name of their errors; the first match wins. */
const DOMAINS = [
  "TaskMarket",
  "RoundMarket",
  "WorkMarket",
  "WorkReview",
  "VerifierCommittee",
  "Arbitration",
  "JurorPool",
  "Market",
  "TaskEscrow",
  "Fragments",
  "NodeRegistry",
  "BenchmarkRegistry",
  "Scheduler",
  "SortitionTree",
  "BlockEntropy",
  "Reputation",
  "StakeVault",
  "StakePool",
  "Slasher",
  "RewardDistributor",
  "MiningPool",
  "FeeRouter",
  "CircuitRegistry",
  "ProofVerifier",
  "ModelRegistry",
  "ModelMetrics",
  "ModelContributions",
  "DatasetRegistry",
  "Brake",
  "Buyback",
  "CouncilPowers",
  "Council",
  "DeveloperRegistry",
  "GovernanceRewards",
  "GovernanceTimelock",
  "GrantStream",
  "Handover",
  "Parameters",
  "PolicyRegistry",
  "SelectorRegistry",
  "StageGovernor",
  "SupportGovernor",
  "TechnicalGovernor",
  "Treasury",
  "VotingPower",
  "AccessManaged",
  "AccessManager",
  "ERC20",
  "ERC2612",
] as const;

const FUNDS = /insufficient funds|doesn't have enough funds|insufficient balance for/i;
const NONCE = /nonce too low|nonce has already been used|invalid nonce|replacement transaction underpriced/i;
const KNOWN = /already known|known transaction|already imported/i;
const NETWORK_CODES = new Set(["NETWORK_ERROR", "TIMEOUT", "SERVER_ERROR"]);
const SOCKET = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|fetch failed/i;

/**
 * Turns whatever a call to the chain ended with into a {@link CorexError}.
 *
 * Custom errors of Corex become `CHAIN_<DOMAIN>_<ERROR>` with the named arguments in message and details; the rest is
 * CHAIN_REVERTED, CHAIN_INSUFFICIENT_FUNDS, CHAIN_NONCE_USED, CHAIN_ALREADY_KNOWN, CHAIN_UNREACHABLE or CHAIN_ERROR.
 */
export function decodeError(cause: unknown): CorexError {
  if (cause instanceof CorexError) return cause;

  const data = revertDataOf(cause);
  const description = data === undefined ? null : ERROR_INTERFACE.parseError(data);
  if (description !== null) return fromCustomError(description, cause);

  const text = textOf(cause);
  if (FUNDS.test(text) || isError(cause, "INSUFFICIENT_FUNDS")) {
    return chainError(
      "CHAIN_INSUFFICIENT_FUNDS",
      "the account cannot pay for the gas of the transaction",
      "after-change",
      cause,
    );
  }
  if (NONCE.test(text) || isError(cause, "NONCE_EXPIRED")) {
    return chainError("CHAIN_NONCE_USED", "another transaction of this account has used the nonce", "later", cause);
  }
  if (KNOWN.test(text))
    return chainError("CHAIN_ALREADY_KNOWN", "the endpoint has the transaction already", "later", cause);
  if (isUnreachable(cause, text)) {
    return chainError("CHAIN_UNREACHABLE", `the endpoint does not answer: ${shortMessage(cause)}`, "later", cause);
  }
  if (isError(cause, "CALL_EXCEPTION")) {
    return chainError("CHAIN_REVERTED", `the call reverts: ${cause.reason ?? cause.shortMessage}`, "never", cause, {
      data,
    });
  }
  return chainError("CHAIN_ERROR", shortMessage(cause), "later", cause);
}

/** The code of a custom error: `MarketStaleHead` gives `CHAIN_MARKET_STALEHEAD`. */
export function errorCode(name: string): string {
  const domain = DOMAINS.find((prefix) => name.startsWith(prefix) && name.length > prefix.length);
  return domain === undefined
    ? `CHAIN_${name.toUpperCase()}`
    : `CHAIN_${domain.toUpperCase()}_${name.slice(domain.length).toUpperCase()}`;
}

function fromCustomError({ name, fragment, args }: ErrorDescription, cause: unknown): CorexError {
  if (name === "Error" || name === "Panic") {
    return chainError("CHAIN_REVERTED", `the call reverts with ${name}(${args.join(", ")})`, "never", cause);
  }
  const values = fragment.inputs.map((input, index): [string, unknown] => [input.name, args[index]]);
  const list = values.map(([key, value]) => `${key}: ${String(value)}`).join(", ");
  return new CorexError(errorCode(name), `${name}(${list})`, {
    retry: ERROR_RETRY[name] ?? "never",
    details: { error: name, ...Object.fromEntries(values) },
    cause,
  });
}

/** Endpoints put the revert data at different depths; it is the first long enough hex string under a key `data`. */
function revertDataOf(cause: unknown, depth = 0): string | undefined {
  if (depth > 6 || typeof cause !== "object" || cause === null) return undefined;
  const { data } = cause as { data?: unknown };
  if (typeof data === "string" && isHexString(data) && data.length >= 10) return data;
  for (const key of ["data", "info", "error", "cause"] as const) {
    const found = revertDataOf((cause as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isUnreachable(cause: unknown, text: string): boolean {
  if (SOCKET.test(text)) return true;
  const code = typeof cause === "object" && cause !== null ? (cause as { code?: unknown }).code : undefined;
  return typeof code === "string" && (NETWORK_CODES.has(code) || SOCKET.test(code));
}

/** All messages on the way down to the first cause: the endpoint's own words are at the bottom. */
function textOf(cause: unknown, depth = 0): string {
  if (depth > 6 || typeof cause !== "object" || cause === null) return depth === 0 ? String(cause) : "";
  const { message, code, error, info, errors } = cause as Record<string, unknown>;
  const own = [message, code].filter((part) => typeof part === "string").join(" ");
  const nested = [
    error,
    info,
    (cause as { cause?: unknown }).cause,
    ...(Array.isArray(errors) ? (errors as unknown[]) : []),
  ];
  return [own, ...nested.map((part) => textOf(part, depth + 1))].join(" ");
}

function shortMessage(cause: unknown): string {
  if (typeof cause === "object" && cause !== null) {
    const { shortMessage: short, message, code } = cause as Record<string, unknown>;
    for (const part of [short, message, code]) if (typeof part === "string" && part !== "") return part;
  }
  return String(cause);
}

function chainError(
  code: string,
  message: string,
  retry: Retry,
  cause: unknown,
  details: Record<string, unknown> = {},
): CorexError {
  return new CorexError(code, message, { retry, details, cause });
}
