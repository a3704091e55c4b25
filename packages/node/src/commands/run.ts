import { createProver } from "@corex/sdk/proof/create-prover";

import { runAgent } from "../agent.ts";
import { openContent } from "../config/open-content.ts";
import { systemClock } from "../runtime/clock.ts";
import { ignoreStages, type StageHook } from "../runtime/stages.ts";
import { WORK_SKILL, type WorkSkill } from "../work/work-skill.ts";
import { openJournal, openSession, type CommandFlags } from "./session.ts";

/**
 * Runs the agent until SIGTERM or SIGINT; then it takes no new work, leaves everything in the journal and returns.
 *
 * @param onStage observes the stages of work; see `Stage`.
 * @param skill how work without a circuit is done and judged.
 * @throws CorexError CONFIG_*, KEY_*, JOURNAL_LOCKED, AGENT_NOT_REGISTERED, CHAIN_WRONG_NETWORK, CHAIN_NOT_DEPLOYED.
 */
export async function run(
  flags: CommandFlags,
  onStage: StageHook = ignoreStages,
  skill: WorkSkill = WORK_SKILL,
): Promise<void> {
  const session = await openSession(flags);
  const { config, logger } = session;
  const journal = openJournal(session);
  const stop = new AbortController();
  const abort = (name: NodeJS.Signals): void => {
    logger.info({ signal: name }, "stopping");
    stop.abort();
  };
  process.on("SIGINT", abort);
  process.on("SIGTERM", abort);

  const prover = createProver();
  try {
    const dependencies = {
      ...session,
      settings: config,
      store: openContent(config.store),
      prover,
      journal,
      clock: systemClock,
      writeProgress: (line: string) => process.stdout.write(line),
      onStage,
      skill,
    };
    await runAgent(dependencies, stop.signal);
  } finally {
    await prover.close();
    journal.close();
    session.provider.destroy();
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
}
