// Judges the mutants that its parent sends, one after the other. Started by scripts/circuits/mutate.ts.
import type { Mutant } from "./mutants.ts";
import { judge } from "./verdict.ts";

process.on("message", (mutant: Mutant) => {
  judge(mutant).then(
    (verdict) => process.send?.({ verdict }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
