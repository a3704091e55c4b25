/** Runs the agent like `corex-node run`, and dies where it is told to. */
import { run } from "../../../packages/node/src/commands/run.ts";
import { dieAtStage } from "./die-at-stage.ts";

await run({}, dieAtStage);
