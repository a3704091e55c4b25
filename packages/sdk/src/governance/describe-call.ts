import { Result } from "ethers";

import { nameOf, type KnownContracts } from "./known-contracts.ts";
import { PARAMETER_NAMES } from "./parameter-names.ts";
import type { ProposalCall } from "./parse-call.ts";

/** A call of a proposal in words. */
export interface DescribedCall extends ProposalCall {
  /** Name of the target; its address when it is no contract of the deployment. */
  readonly contract: string;
  /** `setShares(uint256,uint256)`; undefined when the function is not known. */
  readonly signature: string | undefined;
  /** `FeeRouter.setShares(burnBps: 0, treasuryBps: 10000)`. */
  readonly text: string;
}

/** Says what a call does, as far as the interfaces of the deployment tell. */
export function describeCall(call: ProposalCall, known: KnownContracts): DescribedCall {
  const { target, data } = call;
  const contract = nameOf(known, target);
  for (const face of known.get(target.toLowerCase())?.interfaces ?? []) {
    const parsed = face.parseTransaction({ data });
    if (parsed === null) continue;
    const { fragment, args, signature, name } = parsed;
    const list = fragment.inputs.map((input, index) => {
      const value: unknown = args[index];
      const isParameter = contract === "Parameters" && input.name === "parameter";
      return `${input.name}: ${isParameter ? (PARAMETER_NAMES[Number(value)] ?? String(value)) : valueText(value, known)}`;
    });
    return { ...call, contract, signature, text: `${contract}.${name}(${list.join(", ")})` };
  }
  const what = data.length >= 10 ? `function ${data.slice(0, 10)} with ${data.length / 2 - 5} bytes` : "no function";
  return { ...call, contract, signature: undefined, text: `${contract}: ${what} (not known)` };
}

/** A decoded value in words: contracts by their name, lists and structs in brackets. */
export function valueText(value: unknown, known: KnownContracts): string {
  if (value instanceof Result || Array.isArray(value)) {
    return `[${[...(value as Iterable<unknown>)].map((item) => valueText(item, known)).join(", ")}]`;
  }
  if (typeof value === "string") return known.has(value.toLowerCase()) ? nameOf(known, value) : quote(value);
  return String(value);
}

function quote(value: string): string {
  return value.startsWith("0x") ? value : JSON.stringify(value);
}
