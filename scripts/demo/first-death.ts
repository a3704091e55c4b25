import { setTimeout as sleep } from "node:timers/promises";

import { CorexError } from "@corex/sdk/errors";

import type { Child } from "../lib/children.ts";
import type { DemoNode } from "./network.ts";
import { print } from "./print.ts";

/**
 * Rejects as soon as a process ends that the network needs: one of ours, an agent that failed, or the last agent. An agent
 * that was killed is missed by nobody: the others take its fragments after the deadline. `killed` remembers which were said.
 */
export async function firstDeath(
  children: readonly Child[],
  nodes: readonly DemoNode[],
  killed: Set<Child>,
): Promise<never> {
  const running = children.filter(({ isStopping }) => !isStopping());
  const agents = new Set(nodes.map(({ child }) => child).filter((child) => running.includes(child)));
  const needed = running.map(async (child) => {
    const code = await child.ended;
    const isAgent = agents.delete(child);
    if (!isAgent || agents.size === 0 || code !== null || child.isStopping()) return { child, code };
    if (!killed.has(child)) print(`  ${child.name} was killed; the others take over what it had`);
    killed.add(child);
    return new Promise<never>(() => undefined);
  });
  const { child, code } = await Promise.race(needed);
  await sleep(100);
  throw new CorexError(
    "DEMO_PROCESS_DIED",
    `${child.name} ended (exit ${code ?? "by signal"}); its log is ${child.logFile}`,
  );
}
