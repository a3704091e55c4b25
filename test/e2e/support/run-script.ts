import { spawn } from "node:child_process";

export interface ScriptRun {
  readonly code: number | null;
  /** Everything it printed, to both streams. */
  readonly output: string;
}

/** Runs a script of the repository as its own process and waits for its end. */
export async function runScript(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ScriptRun> {
  const chunks: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output: chunks.join("") };
}
