import { CorexError } from "@corex/sdk/errors";

import { createProgram } from "./program.ts";

/** Runs the command line and returns the exit code: 0 done, 1 failed, 2 misconfigured. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...argv]);
    return 0;
  } catch (cause) {
    if (!(cause instanceof CorexError)) throw cause;
    const { code, message, retry } = cause;
    process.stderr.write(`corex: ${message} (${code}, retry: ${retry})\n`);
    return /^(CONFIG|KEY|DATA_RECIPE)_|^GOV_(PROPOSAL|DESCRIPTION)_INVALID$/.test(code) ? 2 : 1;
  }
}
