import type { Command } from "commander";

import * as council from "./commands/council.ts";
import { govAdvance } from "./commands/gov-advance.ts";
import { govPropose } from "./commands/gov-propose.ts";
import { govSimulate } from "./commands/gov-simulate.ts";
import { govDelegate, govSettle, govSponsor } from "./commands/gov-standing.ts";
import { govStatus } from "./commands/gov-status.ts";
import { govSupport, govVote } from "./commands/gov-vote.ts";
import * as treasury from "./commands/treasury.ts";
import { reading, sending } from "./governance/flags.ts";

const ID = ["<id>", "id of the proposal"] as const;
const CHOICE = ["<choice>", "for, against or abstain"] as const;
const ASSET = ["--asset <asset>", "CXT, ETH, or the address of a token", "CXT"] as const;
const CONSTITUENCY = ["<constituency>", "compute, stakers or developers"] as const;

/** Values of an option that may be given several times. */
const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds what the DAO does; see docs/cli-governance.md. */
export function addGovernance(program: Command): void {
  addProposals(program.command("gov").description("proposals of the DAO"));
  addCouncil(program.command("council").description("the council of the DAO"));
  addTreasury(program.command("treasury").description("the treasury of the DAO"));
}

function addProposals(gov: Command): void {
  sending(gov.command("propose").description("bring a proposal to its first stage"))
    .option("--description <text>", "what it is for, in Markdown; the first line is the title")
    .option("--description-file <file>", "the same from a file")
    .option("--set-parameter <name=value>", "change a parameter; may be repeated", several)
    .option("--call <call>", "Contract.function(arguments); may be repeated", several)
    .option("--policy <file>", "text to adopt, instead of calls")
    .option("--uri <uri>", "where others read the text")
    .option("--category <label>", "label of the text")
    .option("--file <file>", "description, parameters and calls (JSON)")
    .action(govPropose);
  reading(gov.command("status").description("show a proposal, or all of them").argument("[id]", ID[1])).action(
    govStatus,
  );
  reading(
    gov
      .command("simulate")
      .description("show what a proposal would change, on a copy of the chain")
      .argument(...ID),
  )
    .option("--after <seconds>", "time that passes before it is executed")
    .action(govSimulate);
  for (const [name, description, action] of [
    ["support", "vote in the first stage", govSupport],
    ["vote", "cast a binding vote", govVote],
  ] as const) {
    sending(
      gov
        .command(name)
        .description(description)
        .argument(...ID)
        .argument(...CHOICE),
    )
      .option("--reason <text>", "published with the vote")
      .option("--sign", "only sign the vote, for somebody else to send")
      .option("--signature <hex>", "send the vote that somebody signed")
      .option("--voter <address>", "who signed it")
      .action(action);
  }
  for (const [name, description] of [
    ["promote", "bring a supported proposal to its binding vote"],
    ["queue", "put an adopted proposal into its timelock"],
    ["execute", "execute a proposal whose timelock is over"],
    ["confirm", "bring a vetoed proposal to a vote that cannot be vetoed"],
  ] as const) {
    sending(
      gov
        .command(name)
        .description(description)
        .argument(...ID),
    ).action(govAdvance(name));
  }
  sending(
    gov
      .command("delegate")
      .description("give the votes of the account away")
      .argument("[to]", "account; itself when absent"),
  ).action(govDelegate);
  sending(
    gov
      .command("sponsor")
      .description("let an account propose on the standing of this one")
      .argument("<author>", "account"),
  ).action(govSponsor);
  sending(
    gov
      .command("settle")
      .description("settle the bond of a proposal and pay it out")
      .argument(...ID),
  ).action(govSettle);
}

function addCouncil(command: Command): void {
  reading(command.command("status").description("show who sits in it")).action(council.councilStatus);
  sending(command.command("begin").description("begin the next election")).action(council.councilBegin);
  sending(
    command
      .command("stand")
      .description("stand in the election")
      .argument(...CONSTITUENCY),
  ).action(council.councilStand);
  sending(
    command
      .command("vote")
      .description("give votes to a candidate")
      .argument(...CONSTITUENCY)
      .argument("<candidate>", "address")
      .argument("<weight>", "units; 1 for a developer"),
  ).action(council.councilVote);
  sending(command.command("install").description("seat the winners")).action(council.councilInstall);
  sending(command.command("resign").description("give up the seat")).action(council.councilResign);
  sending(
    command
      .command("veto")
      .description("vote for the veto of a queued proposal")
      .argument(...ID),
  ).action(council.councilVeto);
  sending(
    command
      .command("brake")
      .description("vote to stop a module")
      .argument("<module>", "Scheduler, NodeRegistry or BuybackAuction")
      .argument("<hours>", "1 to 168"),
  ).action(council.councilBrake);
}

function addTreasury(command: Command): void {
  reading(command.command("status").description("show what it holds and what its budgets can pay"))
    .option(...ASSET)
    .action(treasury.treasuryStatus);
  sending(command.command("withdraw").description("pay an account what it was promised").argument("<to>", "account"))
    .option(...ASSET)
    .action(treasury.treasuryWithdraw);
  sending(command.command("grant").description("show a grant").argument("<grant>", "number of the grant"))
    .option("--withdraw", "pay what has vested")
    .action(treasury.treasuryGrant);
  sending(
    command.command("buyback").description("show the auction of an asset").argument("<asset>", "ETH or an address"),
  )
    .option("--start", "start an auction")
    .option("--buy <amount>", "buy so much of the asset; the CXT are burned")
    .option("--max <CXT>", "most to pay for one; absent for the present price")
    .option("--end", "return what is left to the treasury")
    .action(treasury.treasuryBuyback);
}
