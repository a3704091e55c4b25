import { CorexError } from "@corex/sdk/errors";

import type { CommandFlags } from "./session.ts";

/** Where a service listens: port 0, which chooses one, of this machine alone when not given. @throws CorexError CONFIG_INVALID. */
export function parseAddress(flags: CommandFlags): { readonly host: string; readonly port: number } {
  const host = typeof flags.host === "string" ? flags.host : "127.0.0.1";
  const port = Number(flags.port ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return { host, port };
  throw new CorexError("CONFIG_INVALID", `port is "${String(flags.port)}", expected an integer from 0 to 65535`, {
    retry: "after-change",
  });
}
