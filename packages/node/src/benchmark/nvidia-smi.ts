import { execFile } from "node:child_process";

/** A graphics card as it names itself. */
export interface Gpu {
  readonly model: string;
  /** Mebibytes; zero when unknown. */
  readonly memoryMiB: number;
}

const QUERY = ["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];
const TIMEOUT_MS = 3_000;
const MAX_OUTPUT_BYTES = 64 * 1_024;
const MAX_MODEL_CHARACTERS = 80;

/**
 * The cards that NVIDIA's own tool lists; none when it fails, hangs or says nothing that can be read, and undefined when it
 * is not installed. Lines that cannot be read are left out: a wrong guess is worse than none.
 */
export async function readNvidiaSmi(timeoutMs: number = TIMEOUT_MS): Promise<Gpu[] | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: MAX_OUTPUT_BYTES } as const;
    execFile("nvidia-smi", QUERY, options, (error, stdout) => {
      if (error === null) resolve(stdout.split("\n").flatMap(parseLine));
      else resolve(error.code === "ENOENT" ? undefined : []);
    });
  });
}

function parseLine(line: string): Gpu[] {
  const [, name = "", memory = ""] = /^\s*([^,]+?)\s*,\s*(\d{1,9})\s*$/.exec(line) ?? [];
  const model = printable(name);
  return model === "" ? [] : [{ model, memoryMiB: Number(memory) }];
}

/** What a driver reports ends up in a public description: nothing but plain characters, and not many. */
export function printable(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, MAX_MODEL_CHARACTERS);
}
