import { Command } from "commander";

import { attestor } from "./commands/attestor.ts";
import { collector } from "./commands/collector.ts";
import { exit } from "./commands/exit.ts";
import { explain } from "./commands/explain.ts";
import { join } from "./commands/join.ts";
import { juror } from "./commands/juror.ts";
import { run } from "./commands/run.ts";
import type { CommandFlags } from "./commands/session.ts";
import { stake } from "./commands/stake.ts";
import { status } from "./commands/status.ts";
import { unstake } from "./commands/unstake.ts";
import { FIELDS, type FieldName } from "./config/fields.ts";

const CONNECTION: readonly FieldName[] = [
  "deployment",
  "rpcUrl",
  "keystore",
  "keystorePasswordFile",
  "fromBlock",
  "pollMs",
  "logLevel",
];

const BENCHMARK: readonly FieldName[] = ["attestor", "benchmarkSeconds", "threads"];

const AGENT: readonly FieldName[] = [
  "journal",
  "store",
  ...BENCHMARK,
  "graceMs",
  "spreadMs",
  "maxOpenFragments",
  "batchWaitMs",
  "collector",
  "heartbeatSeconds",
  "claimMs",
  "withdrawThreshold",
  "verify",
  "acceptPlants",
  "appeal",
  "labelsFile",
];

/** The command line of the agent. Settings can also come from the environment and a file; see docs/operator.md. */
export function createProgram(): Command {
  const program = new Command("corex-node")
    .description("Corex operator agent: joins the network, trains, proves, submits and is paid")
    .showHelpAfterError();
  command(
    program,
    "join",
    "register the node and have it measured",
    ["journal", "store", ...BENCHMARK, "payout", "deviceClass", "metadataUri"],
    join,
  );
  command(program, "run", "run the agent until SIGTERM or SIGINT", AGENT, async (flags) => run(flags));
  command(program, "status", "show what the chain knows of the node", ["journal", "store"], status).option(
    "--json",
    "as one line of JSON",
  );
  command(program, "explain", "say why the node was not drawn, not paid, or slashed", [], explain);
  command(program, "stake", "stake CXT for the node, or raise a position", ["journal", "store"], stake)
    .option("--amount <CXT>", "CXT to stake or to add")
    .option("--days <number>", "days from asking to leave to being able to withdraw, 14 to 1461")
    .option("--position <number>", "position to raise; a new one is opened when absent");
  command(program, "unstake", "ask to leave with a position", ["journal", "store"], unstake)
    .option("--position <number>", "position, see status")
    .option("--cancel", "stay after all")
    .option("--expedite", "pay a fee to leave after 14 days")
    .option("--withdraw", "take a mature position out");
  command(program, "exit", "leave the network for good and collect what is due", ["journal", "store"], exit);
  const court: readonly FieldName[] = ["journal", "store", "spreadMs", "claimMs", "withdrawThreshold"];
  command(program, "juror", "serve as a juror of the court, with any account", court, async (flags) => juror(flags))
    .option("--stake <CXT>", "CXT to add to the stake of the juror")
    .option("--leave <CXT>", "ask to take CXT out of the stake, and end")
    .option("--withdraw", "take out what is due, and end")
    .option("--ruling <file>", "what a person decided, by dispute (JSON)");
  const services = [
    command(
      program,
      "attestor",
      "check what nodes computed in their benchmarks (ATTESTOR role)",
      ["threads"],
      attestor,
    ),
    command(program, "collector", "submit the steps of several nodes together", ["journal", "batchWaitMs"], collector),
  ];
  for (const service of services) {
    service
      .option("--port <number>", "port to listen on; 0 chooses one", "0")
      .option("--host <address>", "address to listen on", "127.0.0.1");
  }
  return program;
}

function command(
  program: Command,
  name: string,
  description: string,
  settings: readonly FieldName[],
  action: (flags: CommandFlags) => Promise<void>,
): Command {
  const result = program
    .command(name)
    .description(description)
    .option("--config <file>", "configuration file (JSON) [COREX_CONFIG]");
  for (const setting of [...CONNECTION, ...settings]) {
    const field = FIELDS[setting];
    const fallback = "fallback" in field && field.fallback !== "" ? `, default ${field.fallback}` : "";
    result.option(field.flag, `${field.description} [${field.env}${fallback}]`);
  }
  return result.action(async (flags: CommandFlags) => action(flags));
}
