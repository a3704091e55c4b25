import { setTimeout as sleep } from "node:timers/promises";

import { CorexError } from "@corex/sdk/errors";

import type { Stage } from "../scenes.ts";

const POLL_MS = 500;

/** Generous, for machines with other things to do. */
const PATIENCE_MS = 420_000;

/** Waits until `read` finds something. @throws CorexError DEMO_TIMEOUT naming what was waited for. */
export async function waitFor<T>(
  stage: Stage,
  what: string,
  read: () => Promise<T | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = Date.now() + patienceMs;
  const death = stage.death();
  // Who is not waited for any more may end.
  death.catch(() => undefined);
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new CorexError("DEMO_TIMEOUT", `waited ${patienceMs / 1_000} s for ${what}`);
    await Promise.race([sleep(POLL_MS), death]);
  }
}
