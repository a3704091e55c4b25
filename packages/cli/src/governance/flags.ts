import type { Command } from "commander";

/** Where the chain is and who acts; what every command of governance takes. */
export interface GovernanceFlags {
  readonly deployment: string;
  readonly rpc?: string;
  readonly json?: boolean;
  readonly keystore?: string;
  readonly passwordFile?: string;
  readonly signerUrl?: string;
  readonly account?: string;
}

/** Adds the options of a command that only reads. */
export function reading(command: Command): Command {
  return command
    .requiredOption("--deployment <file>", "addresses of the contracts")
    .option("--rpc <url>", "endpoint of the chain; absent for the one of the deployment")
    .option("--json", "as one line of JSON");
}

/** Adds the options of a command that sends a transaction, or signs. */
export function sending(command: Command): Command {
  return reading(command)
    .option("--keystore <file>", "encrypted key; absent for COREX_PRIVATE_KEY")
    .option("--password-file <file>", "file with its password; absent for COREX_KEYSTORE_PASSWORD, or to be asked")
    .option("--signer-url <url>", "remote signer (JSON-RPC) that keeps the key")
    .option("--account <address>", "account of the remote signer, when it has several");
}
