import type { StageHook } from "../../../packages/node/src/runtime/stages.ts";

const { COREX_TEST_KILL_AT: stageToDieAt, COREX_TEST_KILL_SUBJECT: subjectToDieAt = "" } = process.env;

/**
 * Writes every stage to standard output, and kills its own process with SIGKILL at the one named by COREX_TEST_KILL_AT with a
 * subject that starts with COREX_TEST_KILL_SUBJECT: nothing after that point can happen.
 */
export const dieAtStage: StageHook = (stage, subject) => {
  process.stdout.write(`${JSON.stringify({ event: "stage", stage, subject })}\n`);
  if (stage === stageToDieAt && subject.startsWith(subjectToDieAt)) process.kill(process.pid, "SIGKILL");
};
