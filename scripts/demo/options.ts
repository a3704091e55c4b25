import { parseArgs } from "node:util";

import { CorexError } from "@corex/sdk/errors";

export const USAGE = `Usage: npm run demo -- [options]

  --nodes N                   node agents, each its own process (default 5, 1 to 16; the
                              fourth is lazy, the fifth fakes its benchmark)
  --steps N                   market steps of each chain (default 16, 1 to 200)
  --rounds N                  rounds of the data-parallel task (default 5, 0 to 50; 0 leaves
                              that scene out)
  --data FILE.csv             learn from a table instead of the installed dependencies
  --target COLUMN             its column of classes (with --data)
  --ignore COLUMN[,COLUMN]    columns to leave out, such as identifiers (with --data)
  --scene NAME[,NAME]         play scenes about work without a circuit instead: labelling,
                              inference, dispute, free-training; or governance, which has a
                              network of its own
  --keep                      leave chain and agents running at the end, until Ctrl-C
  --port N                    port of the chain (default: a free one)
  --help`;

/** Scenes about work that verifiers judge. */
export const WORK_SCENES = ["labelling", "inference", "dispute", "free-training"] as const;
export type WorkScene = (typeof WORK_SCENES)[number];

const SCENES = [...WORK_SCENES, "governance"] as const;

export interface DemoOptions {
  /** Scenes to play instead of the usual three; empty for these. */
  readonly scenes: readonly WorkScene[];
  /** Whether to play how the DAO decides and takes over. */
  readonly governance: boolean;
  readonly nodes: number;
  readonly steps: number;
  readonly rounds: number;
  readonly table?: { readonly file: string; readonly target: string; readonly ignore: readonly string[] };
  readonly keep: boolean;
  readonly port?: number;
}

/** Reads the command line; undefined when it asks for help. @throws CorexError DEMO_USAGE naming the option. */
export function readOptions(argv: readonly string[]): DemoOptions | undefined {
  const values = parse(argv);
  if (values.help === true) return undefined;
  const { data, target } = values;
  const ignore = values.ignore?.split(",").map((column) => column.trim()) ?? [];
  if ((data === undefined) !== (target === undefined)) {
    throw new CorexError("DEMO_USAGE", "--data FILE.csv and --target COLUMN belong together");
  }
  if (data === undefined && ignore.length > 0) throw new CorexError("DEMO_USAGE", "--ignore needs --data FILE.csv");
  return {
    nodes: integer("nodes", values.nodes, { fallback: 5, minimum: 1, maximum: 16 }),
    steps: integer("steps", values.steps, { fallback: 16, minimum: 1, maximum: 200 }),
    rounds: integer("rounds", values.rounds, { fallback: 5, minimum: 0, maximum: 50 }),
    ...scenes(values.scene),
    keep: values.keep === true,
    ...(data === undefined || target === undefined ? {} : { table: { file: data, target, ignore } }),
    ...(values.port === undefined ? {} : { port: integer("port", values.port, { minimum: 1, maximum: 65_535 }) }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        nodes: { type: "string" },
        steps: { type: "string" },
        rounds: { type: "string" },
        data: { type: "string" },
        target: { type: "string" },
        ignore: { type: "string" },
        port: { type: "string" },
        scene: { type: "string" },
        keep: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    throw new CorexError("DEMO_USAGE", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function scenes(text: string | undefined): Pick<DemoOptions, "scenes" | "governance"> {
  const named = (text?.split(",") ?? []).map((name) => {
    const scene = SCENES.find((known) => known === name.trim());
    if (scene !== undefined) return scene;
    throw new CorexError("DEMO_USAGE", `--scene is "${name}", expected one or more of ${SCENES.join(", ")}`);
  });
  return { scenes: named.filter((name) => name !== "governance"), governance: named.includes("governance") };
}

function integer(
  name: string,
  text: string | undefined,
  { fallback, minimum, maximum }: { fallback?: number; minimum: number; maximum: number },
): number {
  const value = text === undefined ? fallback : /^\d+$/.test(text) ? Number(text) : undefined;
  if (value === undefined || value < minimum || value > maximum) {
    throw new CorexError(
      "DEMO_USAGE",
      `--${name} is "${text ?? ""}", expected a whole number from ${minimum} to ${maximum}`,
    );
  }
  return value;
}
