import { styleText } from "node:util";

import type { Check } from "./checks.ts";
import { heading, print } from "./print.ts";

/** Prints what was read back and returns the exit code. */
export function report(checks: readonly Check[]): number {
  heading("Read back from the chain");
  for (const { name, ok, detail } of checks) {
    print(`  ${ok ? styleText("green", "ok  ") : styleText("red", "FAIL")}  ${name}: ${detail}`);
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  print(failed === 0 ? `\nAll ${checks.length} checks hold.` : `\n${failed} of ${checks.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}
