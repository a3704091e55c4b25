import { spawn } from "node:child_process";

import { CorexError } from "@corex/sdk/errors";

/**
 * Builds contracts and `circuits`, all of the manifest when absent; both reuse what is fresh.
 *
 * @throws CorexError BUILD_FAILED with the tool's output.
 */
export async function build(report: (line: string) => void, circuits: readonly string[] = []): Promise<void> {
  report("Compiling contracts ...");
  await run(["node_modules/hardhat/dist/src/cli.js", "build", "--no-tests"]);
  report("Compiling circuits ...");
  await run(["scripts/circuits/compile.ts", ...circuits]);
}

/** Runs a Node program quietly: what it prints matters only when it fails. */
async function run(args: readonly string[]): Promise<void> {
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new CorexError("BUILD_FAILED", `${args.join(" ")} failed:\n${output.join("")}`);
}
