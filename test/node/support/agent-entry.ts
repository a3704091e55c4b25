/** Runs the agent like `corex-node run`, dies where it is told to, and says the opposite about claims with COREX_TEST_LIE. */
import { run } from "../../../packages/node/src/commands/run.ts";
import { WORK_SKILL, type WorkSkill } from "../../../packages/node/src/work/work-skill.ts";
import { dieAtStage } from "./die-at-stage.ts";

const LIAR: WorkSkill = {
  ...WORK_SKILL,
  async checkClaim(checked, store) {
    const { vote, reason } = await WORK_SKILL.checkClaim(checked, store);
    return { vote: vote === "accept" ? "reject" : "accept", reason: `not so: ${reason}` };
  },
};

await run({}, dieAtStage, process.env.COREX_TEST_LIE === "true" ? LIAR : WORK_SKILL);
