import { readFileSync } from "node:fs";

import { CorexError } from "@corex/sdk/errors";

import { FIELDS, type FieldName } from "./fields.ts";

type Values = { readonly [Name in FieldName]: ReturnType<(typeof FIELDS)[Name]["parse"]> | undefined };

/** Settings that must be given. */
type Required = "deployment";

/** Settings that may stay unset. */
type Optional =
  "rpcUrl" | "keystore" | "keystorePasswordFile" | "attestor" | "payout" | "threads" | "collector" | "labelsFile";

/** The configuration of an agent, checked. */
export type AgentConfig = { readonly [Name in Exclude<FieldName, Optional>]: NonNullable<Values[Name]> } & {
  readonly [Name in Optional]: Values[Name];
};

/** The part of the configuration that governs how a running agent behaves. */
export type AgentSettings = Pick<
  AgentConfig,
  | "fromBlock"
  | "pollMs"
  | "graceMs"
  | "spreadMs"
  | "maxOpenFragments"
  | "batchWaitMs"
  | "collector"
  | "heartbeatSeconds"
  | "claimMs"
  | "withdrawThreshold"
  | "attestor"
  | "benchmarkSeconds"
  | "threads"
  | "verify"
  | "acceptPlants"
  | "appeal"
  | "labelsFile"
>;

export interface ConfigSources {
  /** Flags of the command line, by setting. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Configuration file (JSON), if any. */
  readonly file?: string | undefined;
}

/**
 * Reads the configuration: flags before environment before file before defaults.
 *
 * @throws CorexError CONFIG_INVALID naming the setting, where it came from, its value and what was expected;
 *   CONFIG_UNREADABLE, CONFIG_UNKNOWN_SETTING, CONFIG_SECRET_IN_FILE, CONFIG_MISSING.
 */
export function loadConfig({ flags, env, file }: ConfigSources): AgentConfig {
  const fromFile = file === undefined ? {} : readFile(file);
  const values = Object.entries(FIELDS).map(([name, field]) => {
    const sources: [string, unknown][] = [
      [field.flag.split(" ")[0] ?? name, flags[name]],
      [field.env, env[field.env]],
      [`"${name}" in ${file}`, fromFile[name]],
      ["its default", "fallback" in field ? field.fallback : undefined],
    ];
    const [source, value] = sources.find(([, candidate]) => candidate !== undefined) ?? [];
    if (source === undefined) return [name, undefined];
    return [name, parseValue(name, source, value, field.parse)];
  });
  const config = Object.fromEntries(values) as Values;
  return requireSettings(config);
}

function requireSettings(config: Values): AgentConfig {
  const required: readonly Required[] = ["deployment"];
  for (const name of required) {
    if (config[name] === undefined) {
      const { flag, env } = FIELDS[name];
      throw new CorexError("CONFIG_MISSING", `${name} is not set: give ${flag}, or set ${env}`, {
        retry: "after-change",
        details: { setting: name },
      });
    }
  }
  return config as AgentConfig;
}

function parseValue(name: string, source: string, given: unknown, parse: (text: string) => unknown): unknown {
  // A flag that is given several times, and a list in a file, read like one text with commas.
  const value = Array.isArray(given) && given.every((item) => typeof item === "string") ? given.join(",") : given;
  if (typeof value !== "string" && typeof value !== "number") {
    throw invalid(name, source, JSON.stringify(value), "a text or a number");
  }
  try {
    return parse(String(value));
  } catch (cause) {
    throw invalid(name, source, String(value), cause instanceof Error ? cause.message : String(cause));
  }
}

function readFile(file: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("CONFIG_UNREADABLE", `cannot read the configuration file ${file}: ${reason}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new CorexError("CONFIG_INVALID", `${file} is not a JSON object`, {
      retry: "after-change",
      details: { file },
    });
  }
  for (const key of Object.keys(parsed)) {
    if (/private.?key|password|secret|mnemonic/i.test(key) && key !== "keystorePasswordFile") {
      throw new CorexError(
        "CONFIG_SECRET_IN_FILE",
        `${file} holds "${key}": secrets come from a keystore or the environment`,
        {
          retry: "after-change",
          details: { file, key },
        },
      );
    }
    if (!Object.hasOwn(FIELDS, key)) {
      throw new CorexError(
        "CONFIG_UNKNOWN_SETTING",
        `${file} holds "${key}"; known: ${Object.keys(FIELDS).join(", ")}`,
        {
          retry: "after-change",
          details: { file, key },
        },
      );
    }
  }
  return parsed as Record<string, unknown>;
}

function invalid(name: string, source: string, value: string, expected: string): CorexError {
  return new CorexError("CONFIG_INVALID", `${name} is "${value}" (from ${source}), expected ${expected}`, {
    retry: "after-change",
    details: { setting: name, source, value, expected },
  });
}
