import { main } from "@corex/cli/main";

/** What a command line did. */
export interface Result {
  /** Exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Called after each write to standard error. */
  readonly onStderr?: () => void;
}

type Write = typeof process.stdout.write;

/** Runs `corex` with these arguments in this process, and catches what it writes. */
export async function runMain(args: readonly string[], { onStderr }: RunOptions = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const { stdout, stderr } = process;
  const writes: readonly [Write, Write] = [stdout.write, stderr.write];
  const collect = (stream: keyof typeof written) => (text: string | Uint8Array) => {
    written[stream] += String(text);
    if (stream === "stderr") onStderr?.();
    return true;
  };
  stdout.write = collect("stdout");
  stderr.write = collect("stderr");
  try {
    const code = await main(["node", "corex", ...args]);
    return { code, ...written };
  } finally {
    [stdout.write, stderr.write] = writes;
  }
}
