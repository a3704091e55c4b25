// Lints the circuit sources: the rules of scripts/circuits/lib/lint.ts and circomspect. Exits 1 on any finding that
// circuits/circomspect-exceptions.json does not explain.
import { lintSources } from "./lib/lint-sources.ts";

const problems = lintSources();
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log("Circuit sources are clean; every finding of circomspect is explained.");
process.exitCode = problems.length === 0 ? 0 : 1;
