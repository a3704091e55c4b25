import { getAddress, isAddress, parseEther } from "ethers";

import { DEVICE_CLASSES, type DeviceClass } from "@corex/sdk/actions/register-node";
import { WORK_NAMES, type WorkName } from "@corex/sdk/work/work-kind";

/** How one setting is spelled and read. `parse` throws an Error that says what is expected. */
export interface Field<Value> {
  /** Name of the environment variable. */
  readonly env: string;
  /** Flag of the command line, with its placeholder. */
  readonly flag: string;
  readonly description: string;
  readonly parse: (text: string) => Value;
  /** Text to parse when the setting is given nowhere. */
  readonly fallback?: string;
}

const text = (value: string): string => {
  if (value.trim() === "") throw new Error("a text that is not empty");
  return value;
};

const storeLocation = (value: string): string => {
  const location = text(value);
  const scheme = /^(dir|https?):|^[a-z][a-z0-9+.-]*:\/\//i.exec(location);
  if (scheme === null || (scheme[1] === "dir" && location.length > "dir:".length)) return location;
  if (scheme[1] === undefined || scheme[1] === "dir" || !URL.canParse(location)) {
    throw new Error("a folder, or the http or https URL of an IPFS HTTP API");
  }
  return location;
};

const url = (value: string): string => {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) throw new Error("an http or https URL");
  return value;
};

const urls = (value: string): readonly string[] => {
  const list = value.split(",").map((item) => url(item.trim()));
  if (new Set(list).size !== list.length) throw new Error("every URL once");
  return list;
};

const address = (value: string): string => {
  if (!isAddress(value)) throw new Error("an address");
  return getAddress(value);
};

const integer =
  (minimum: number, maximum: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < minimum || number > maximum) {
      throw new Error(`an integer from ${minimum} to ${maximum}`);
    }
    return number;
  };

const cxt = (value: string): bigint => {
  if (!/^\d+(\.\d{1,18})?$/.test(value)) throw new Error("an amount of CXT such as 1.5");
  return parseEther(value);
};

const deviceClass = (value: string): DeviceClass => {
  const found = DEVICE_CLASSES.find((name) => name.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw new Error(`one of ${DEVICE_CLASSES.join(", ")}`);
  return found;
};

const kinds = (value: string): readonly WorkName[] => {
  const list = value.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim().toLowerCase()]));
  const unknown = list.find((item) => !WORK_NAMES.some((name) => name === item));
  if (unknown !== undefined) throw new Error(`kinds of work such as ${WORK_NAMES.join(",")}`);
  return WORK_NAMES.filter((name) => list.includes(name));
};

const flag = (value: string): boolean => {
  if (value !== "true" && value !== "false") throw new Error("true or false");
  return value === "true";
};

/** When a node defends a result of its own that verifiers did not accept. */
export type AppealPolicy = "never" | "checked";

const appeal = (value: string): AppealPolicy => {
  if (value !== "never" && value !== "checked") throw new Error("never or checked");
  return value;
};

const LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];
const level = (value: string): string => {
  if (!LEVELS.includes(value)) throw new Error(`one of ${LEVELS.join(", ")}`);
  return value;
};

const field = <Value>(definition: Field<Value>): Field<Value> => definition;

/** Every setting of the agent. A key is also its name in a configuration file. */
export const FIELDS = {
  deployment: field({
    env: "COREX_DEPLOYMENT",
    flag: "--deployment <file>",
    description: "deployment file (addresses of the contracts)",
    parse: text,
  }),
  rpcUrl: field({
    env: "COREX_RPC_URL",
    flag: "--rpc-url <url>",
    description: "JSON-RPC endpoint; default: the deployment's",
    parse: url,
  }),
  journal: field({
    env: "COREX_JOURNAL",
    flag: "--journal <file>",
    description: "journal of the agent: keep it, and never share it between agents",
    parse: text,
    fallback: ".corex/node.sqlite",
  }),
  store: field({
    env: "COREX_STORE",
    flag: "--store <location>",
    description: "content store: a folder, or the URL of the HTTP API of an IPFS node",
    parse: storeLocation,
    fallback: ".corex/store",
  }),
  keystore: field({
    env: "COREX_KEYSTORE",
    flag: "--keystore <file>",
    description: "encrypted JSON keystore of the operator key",
    parse: text,
  }),
  keystorePasswordFile: field({
    env: "COREX_KEYSTORE_PASSWORD_FILE",
    flag: "--keystore-password-file <file>",
    description: "file with the password of the keystore",
    parse: text,
  }),
  attestor: field({
    env: "COREX_ATTESTOR",
    flag: "--attestor <url...>",
    description: "attestors to be measured by, two at least: several URLs, or one text with commas",
    parse: urls,
  }),
  benchmarkSeconds: field({
    env: "COREX_BENCHMARK_SECONDS",
    flag: "--benchmark-seconds <number>",
    description: "how long a measurement should take",
    parse: integer(1, 30),
    fallback: "8",
  }),
  threads: field({
    env: "COREX_THREADS",
    flag: "--threads <number>",
    description: "threads that measurements are computed on; default: one for each core",
    parse: integer(1, 1_024),
  }),
  payout: field({
    env: "COREX_PAYOUT",
    flag: "--payout <address>",
    description: "receiver of earnings; default: the operator",
    parse: address,
  }),
  deviceClass: field({
    env: "COREX_DEVICE_CLASS",
    flag: "--device-class <class>",
    description: "CPU, GPU, FPGA or Edge",
    parse: deviceClass,
    fallback: "CPU",
  }),
  metadataUri: field({
    env: "COREX_METADATA_URI",
    flag: "--metadata-uri <uri>",
    description: "public description of the node",
    parse: (value: string) => value,
    fallback: "",
  }),
  fromBlock: field({
    env: "COREX_FROM_BLOCK",
    flag: "--from-block <number>",
    description: "block where the search for tasks starts, if later than the deployment",
    parse: integer(0, 2 ** 40),
    fallback: "0",
  }),
  pollMs: field({
    env: "COREX_POLL_MS",
    flag: "--poll-ms <number>",
    description: "pause between looks at the chain",
    parse: integer(50, 600_000),
    fallback: "1000",
  }),
  graceMs: field({
    env: "COREX_GRACE_MS",
    flag: "--grace-ms <number>",
    description: "how long draws are left to the node that won them",
    parse: integer(0, 3_600_000),
    fallback: "10000",
  }),
  spreadMs: field({
    env: "COREX_SPREAD_MS",
    flag: "--spread-ms <number>",
    description: "window over which nodes spread where any may act",
    parse: integer(0, 3_600_000),
    fallback: "5000",
  }),
  maxOpenFragments: field({
    env: "COREX_MAX_OPEN_FRAGMENTS",
    flag: "--max-open-fragments <number>",
    description: "fragments the node takes on at the same time",
    parse: integer(1, 1_000),
    fallback: "4",
  }),
  batchWaitMs: field({
    env: "COREX_BATCH_WAIT_MS",
    flag: "--batch-wait-ms <number>",
    description: "how long a proof waits at most for others of its task, to be sent with them",
    parse: integer(0, 600_000),
    fallback: "20000",
  }),
  collector: field({
    env: "COREX_COLLECTOR",
    flag: "--collector <url>",
    description: "collector that submits the steps of several nodes together; without it the node submits alone",
    parse: url,
  }),
  heartbeatSeconds: field({
    env: "COREX_HEARTBEAT_SECONDS",
    flag: "--heartbeat-seconds <number>",
    description: "age at which a heartbeat is renewed",
    parse: integer(10, 3_000),
    fallback: "1200",
  }),
  claimMs: field({
    env: "COREX_CLAIM_MS",
    flag: "--claim-ms <number>",
    description: "pause between looks at earnings",
    parse: integer(100, 86_400_000),
    fallback: "60000",
  }),
  withdrawThreshold: field({
    env: "COREX_WITHDRAW_THRESHOLD",
    flag: "--withdraw-threshold <CXT>",
    description: "fees that must be owed before they are withdrawn",
    parse: cxt,
    fallback: "1",
  }),
  verify: field({
    env: "COREX_VERIFY",
    flag: "--verify <kinds>",
    description: "kinds of work that the node verifies, with commas; none when empty",
    parse: kinds,
    fallback: "",
  }),
  acceptPlants: field({
    env: "COREX_ACCEPT_PLANTS",
    flag: "--accept-plants <boolean>",
    description: "submit a planted result when the owner asks for it by an encrypted note",
    parse: flag,
    fallback: "true",
  }),
  appeal: field({
    env: "COREX_APPEAL",
    flag: "--appeal <policy>",
    description:
      "take a result that verifiers did not accept to the court: never, or when a second check finds it right",
    parse: appeal,
    fallback: "checked",
  }),
  labelsFile: field({
    env: "COREX_LABELS_FILE",
    flag: "--labels-file <file>",
    description: "labels made by people (CSV with id and label); default: the rule of the task",
    parse: text,
  }),
  logLevel: field({
    env: "COREX_LOG_LEVEL",
    flag: "--log-level <level>",
    description: "trace, debug, info, warn, error or silent",
    parse: level,
    fallback: "info",
  }),
} as const;

export type FieldName = keyof typeof FIELDS;
