/**
 * The agent of operators as a process of its own, with an actor in it: what it does with work follows the script of the demo, which
 * may say that it lies. Everything else is `corex-node run`.
 */
import { runActor } from "./run-actor.ts";

await runActor(process.argv.slice(3));
