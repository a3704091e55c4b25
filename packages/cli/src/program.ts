import { Command } from "commander";

import { dataPrepare } from "./commands/data-prepare.ts";
import { dataPublish } from "./commands/data-publish.ts";
import { dataVerify } from "./commands/data-verify.ts";
import { addGovernance } from "./governance-program.ts";

const STORE = [
  "--store <location>",
  "where datasets lie: dir:PATH, or the URL of an IPFS HTTP API",
  "dir:.corex/store",
] as const;
const QUIET = ["--quiet", "no progress"] as const;

/** The command line for people with data, and for those who govern; see docs/data.md and docs/cli-governance.md. */
export function createProgram(): Command {
  const program = new Command("corex")
    .description("Corex for people with data and models, and for those who govern it")
    .showHelpAfterError();
  const data = program.command("data").description("datasets");
  data
    .command("prepare")
    .description("turn raw files into a dataset and print the id of its manifest")
    .requiredOption("--recipe <file>", "what to do with the raw files (JSON)")
    .requiredOption("--input <path>", "raw file or folder")
    .option(...STORE)
    .option(...QUIET)
    .action(dataPrepare);
  data
    .command("verify")
    .description("check a stored dataset; with --input also that these raw files give it")
    .argument("<manifest>", "id of the manifest")
    .option("--input <path>", "raw file or folder")
    .option(...STORE)
    .option(...QUIET)
    .action(dataVerify);
  data
    .command("publish")
    .description("store a dataset where others can read it, print its terms, and register it on chain")
    .argument("<manifest>", "id of the manifest")
    .requiredOption("--licence <file>", "text of the licence")
    .requiredOption("--price <CXT>", "price of a use in CXT; 0 for free")
    .option(...STORE)
    .option("--to <location>", "store to copy the dataset to; absent when others can read --store")
    .option("--parent <id>", "dataset on chain that this one was made from")
    .option("--deployment <file>", "addresses of the contracts; absent to store the dataset and print its terms only")
    .option("--rpc-url <url>", "endpoint of the chain; absent for the one of the deployment")
    .option("--keystore <file>", "encrypted key; its password is in COREX_KEYSTORE_PASSWORD or a file")
    .option("--keystore-password-file <file>", "file with the password of the keystore")
    .option(...QUIET)
    .action(dataPublish);
  addGovernance(program);
  return program;
}
