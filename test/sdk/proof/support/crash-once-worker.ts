// A worker that dies on its first job and answers the later ones, across restarts: the flag is a file.
import { existsSync, writeFileSync } from "node:fs";

const flag = process.env["COREX_TEST_CRASH_FLAG"] ?? "";

process.on("message", () => {
  if (!existsSync(flag)) {
    writeFileSync(flag, "crashed");
    process.kill(process.pid, "SIGKILL");
    return;
  }
  process.send?.({ result: { proof: {}, publicSignals: ["7"] } });
});
process.on("disconnect", () => process.exit(0));
