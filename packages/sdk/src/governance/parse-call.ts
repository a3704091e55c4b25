import { getAddress, isAddress, type FunctionFragment, type Interface, type ParamType } from "ethers";

import { CorexError } from "../errors.ts";
import type { KnownContract, KnownContracts } from "./known-contracts.ts";

/** One call of a proposal. */
export interface ProposalCall {
  readonly target: string;
  /** Native coin, in wei. */
  readonly value: bigint;
  readonly data: string;
}

/**
 * Reads a call as people write it: `FeeRouter.setShares(0, 10000)`. Arguments are separated by commas; texts stand in quotation marks, lists and
 * structs in square brackets, and a name of the deployment stands for its address.
 *
 * @throws CorexError GOV_PROPOSAL_INVALID.
 */
export function parseCall(text: string, known: KnownContracts): ProposalCall {
  const match = /^\s*(\w+)\.(\w+)\(([\s\S]*)\)\s*$/.exec(text);
  if (match === null) throw invalid(`"${text}" is no call: expected Contract.function(argument, ...)`);
  const [, name = "", method = "", list = ""] = match;
  const contract = contractNamed(name, known);
  const args = readArguments(list, text);
  const { fragment, face } = functionNamed(contract, method, args.length);
  try {
    const values = fragment.inputs.map((input, index) => coerce(args[index], input, known));
    return { target: contract.address, value: 0n, data: face.encodeFunctionData(fragment, values) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`"${text}" does not fit ${contract.name}.${fragment.format("full")}: ${reason}`, cause);
  }
}

function contractNamed(name: string, known: KnownContracts): KnownContract {
  for (const contract of known.values()) {
    if (contract.name.toLowerCase() === name.toLowerCase() || contract.address.toLowerCase() === name.toLowerCase()) {
      return contract;
    }
  }
  const names = [...known.values()].map((contract) => contract.name).sort();
  throw invalid(`the deployment has no contract "${name}": it has ${names.join(", ")}`);
}

function functionNamed(
  { name, interfaces }: KnownContract,
  method: string,
  count: number,
): { fragment: FunctionFragment; face: Interface } {
  for (const face of interfaces) {
    const found: FunctionFragment[] = [];
    face.forEachFunction((fragment) => {
      if (fragment.name === method && fragment.inputs.length === count && !fragment.constant) found.push(fragment);
    });
    const [fragment, ...others] = found;
    if (fragment !== undefined && others.length === 0) return { fragment, face };
    if (others.length > 0) {
      const forms = found.map((form) => form.format("sighash")).join(", ");
      throw invalid(`${name}.${method} has several forms with ${count} arguments (${forms}): give the call as data`);
    }
  }
  throw invalid(`${name} has no function ${method} with ${count} arguments that changes anything`);
}

/** Bare words (numbers of any length, names, hex) become texts, so that JSON can read the list. */
function readArguments(list: string, text: string): readonly unknown[] {
  const quoted = list.replaceAll(/"(?:[^"\\]|\\.)*"|[^\s,[\]"]+/g, (word) =>
    word.startsWith('"') ? word : JSON.stringify(word),
  );
  try {
    return JSON.parse(`[${quoted}]`) as readonly unknown[];
  } catch (cause) {
    throw invalid(`the arguments of "${text}" cannot be read: texts stand in "..." and lists in [...]`, cause);
  }
}

function coerce(value: unknown, type: ParamType, known: KnownContracts): unknown {
  if (type.isArray()) {
    if (!Array.isArray(value)) throw invalid(`${type.format()} ${type.name} must be a list in [...]`);
    return (value as readonly unknown[]).map((item) => coerce(item, type.arrayChildren, known));
  }
  if (type.isTuple()) {
    if (!Array.isArray(value)) throw invalid(`${type.name} must be its fields in [...]`);
    return type.components.map((component, index) => coerce((value as readonly unknown[])[index], component, known));
  }
  if (type.baseType === "bool") {
    if (value === "true" || value === "false") return value === "true";
    throw invalid(`${type.name} is ${String(value)}, expected true or false`);
  }
  if (type.baseType === "address" && typeof value === "string") {
    return isAddress(value) ? getAddress(value) : contractNamed(value, known).address;
  }
  return value;
}

function invalid(message: string, cause?: unknown): CorexError {
  return new CorexError("GOV_PROPOSAL_INVALID", message, { retry: "after-change", cause });
}
