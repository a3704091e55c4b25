/** Runs a collector like `corex-node collector`, and dies where it is told to. */
import { collector } from "../../../packages/node/src/commands/collector.ts";
import { dieAtStage } from "./die-at-stage.ts";

await collector({ port: process.env.COREX_TEST_PORT ?? "0" }, dieAtStage);
