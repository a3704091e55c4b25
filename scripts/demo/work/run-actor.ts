import { parseArgs } from "node:util";

import { run } from "@corex/node/commands/run";
import { WORK_SKILL, type WorkSkill } from "@corex/node/work/work-skill";
import { CorexError } from "@corex/sdk/errors";
import { canonicalLie } from "@corex/sdk/work/canonical-lie";
import type { Verdict } from "@corex/sdk/work/verdict";

import { readConduct } from "./conduct.ts";

/** Flags that the demo gives to `corex-node run`. */
const FLAGS = ["deployment", "store", "journal", "poll-ms", "attestor", "verify", "appeal"] as const;

/** Runs an agent whose name and script are in the environment. */
export async function runActor(argv: readonly string[]): Promise<void> {
  const options = Object.fromEntries(FLAGS.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: [...argv], options });
  const flags = Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value]));
  await run(flags, undefined, actingSkill(variable("DEMO_SCRIPT"), variable("DEMO_NODE")));
}

/** Work as the script says: right, or well-formed and wrong; verdicts as found, or the opposite. */
function actingSkill(script: string, name: string): WorkSkill {
  let own = 0;
  return {
    ...WORK_SKILL,
    async execute(kind, spec, input, context) {
      own = context.node;
      const result = await WORK_SKILL.execute(kind, spec, input, context);
      return readConduct(script, name).lies === true ? canonicalLie(kind, result) : result;
    },
    async check(kind, manifest, result, context) {
      const { insists, reverses } = readConduct(script, name);
      const verdict = await WORK_SKILL.check(kind, manifest, result, context);
      if (context.node === own) return insists === true ? { vote: "accept", reason: "it is mine" } : verdict;
      return reverses === true ? opposite(verdict) : verdict;
    },
  };
}

function opposite({ vote, reason }: Verdict): Verdict {
  return { vote: vote === "accept" ? "reject" : "accept", reason: `the opposite of: ${reason}` };
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function variable(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw new CorexError("DEMO_USAGE", `${name} is not set: actors are started by the demo`);
}
