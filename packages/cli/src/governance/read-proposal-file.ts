import { readFile } from "node:fs/promises";

import { keccak256 } from "ethers";

import { CorexError } from "@corex/sdk/errors";
import type { ProposalInput } from "@corex/sdk/governance/build-proposal";
import type { ProposalCall } from "@corex/sdk/governance/parse-call";

/** What an author gives on the command line. */
export interface ProposalFlags {
  readonly description?: string;
  readonly descriptionFile?: string;
  readonly setParameter?: readonly string[];
  readonly call?: readonly string[];
  readonly policy?: string;
  readonly uri?: string;
  readonly category?: string;
  readonly file?: string;
}

/** Reads what an author wrote, from flags and files. @throws CorexError CONFIG_*. */
export async function readProposalInput(flags: ProposalFlags): Promise<ProposalInput> {
  const { description, descriptionFile, setParameter = [], call = [], policy, uri, category = "" } = flags;
  const file = flags.file === undefined ? undefined : parseFile(flags.file, await text(flags.file));
  const own = description ?? (descriptionFile === undefined ? file?.description : await text(descriptionFile));
  if (own === undefined) throw invalid("a proposal needs --description, --description-file or --file");
  if (policy !== undefined && uri === undefined) throw invalid("--policy needs --uri: where others read the text");
  return {
    description: own,
    parameters: [...(file?.parameters ?? []), ...setParameter],
    calls: [...(file?.calls ?? []), ...call],
    ...(policy === undefined || uri === undefined
      ? {}
      : { policy: { contentHash: keccak256(await bytes(policy)), uri, category } }),
  };
}

function parseFile(file: string, json: string): ProposalInput {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid(`${file} is no JSON`, cause);
  }
  if (typeof value !== "object" || value === null) throw invalid(`${file} is no object`);
  const { description, parameters = [], calls = [] } = value as Record<string, unknown>;
  if (typeof description !== "string") throw invalid(`${file} has no description`);
  if (!Array.isArray(parameters) || !parameters.every((item) => typeof item === "string")) {
    throw invalid(`parameters of ${file} must be texts such as "protocolFeeBps=400"`);
  }
  if (!Array.isArray(calls)) throw invalid(`calls of ${file} must be a list`);
  return { description, parameters: parameters, calls: calls.map((call) => readCall(file, call)) };
}

function readCall(file: string, call: unknown): string | ProposalCall {
  if (typeof call === "string") return call;
  const { target, value = "0", data } = (call ?? {}) as Record<string, unknown>;
  if (typeof target === "string" && typeof data === "string" && /^\d+$/.test(String(value))) {
    return { target, value: BigInt(String(value)), data };
  }
  throw invalid(`a call of ${file} is neither a text nor {"target", "value", "data"}: ${JSON.stringify(call)}`);
}

async function text(file: string): Promise<string> {
  return (await bytes(file)).toString("utf8");
}

async function bytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CorexError("CONFIG_UNREADABLE", `cannot read ${file}`, { retry: "after-change", cause });
  }
}

function invalid(message: string, cause?: unknown): CorexError {
  return new CorexError("CONFIG_INVALID", message, { retry: "after-change", cause });
}
