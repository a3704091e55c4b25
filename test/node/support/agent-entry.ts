/**
 * Runs the agent like `corex-node run`, and kills its own process with SIGKILL when it reaches the stage named by
 * COREX_TEST_KILL_AT with a subject that starts with COREX_TEST_KILL_SUBJECT: nothing after that point can happen.
 */
import { run } from "../../../packages/node/src/commands/run.ts";
import type { StageHook } from "../../../packages/node/src/runtime/stages.ts";

const { COREX_TEST_KILL_AT: stageToDieAt, COREX_TEST_KILL_SUBJECT: subjectToDieAt = "" } = process.env;

const dieAtStage: StageHook = (stage, subject) => {
  process.stdout.write(`${JSON.stringify({ event: "stage", stage, subject })}\n`);
  if (stage === stageToDieAt && subject.startsWith(subjectToDieAt)) process.kill(process.pid, "SIGKILL");
};

await run({}, dieAtStage);
