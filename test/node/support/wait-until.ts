import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `condition` holds. Rejects with `what` and the output of `explain` when it does not within `timeoutMs`. */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean> | boolean,
  { timeoutMs = 60_000, explain = () => "" }: { timeoutMs?: number; explain?: () => string } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}\n${explain()}`);
    await sleep(100);
  }
}
