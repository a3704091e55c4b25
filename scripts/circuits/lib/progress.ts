import type { Logger } from "snarkjs";

/** Prints a line when a step starts and how long it took. */
export async function step<T>(
  title: string,
  work: (logger: Logger) => Promise<T>,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<T> {
  const started = performance.now();
  const elapsed = () => ((performance.now() - started) / 1000).toFixed(0);
  print(`${title} ...`);
  let shown = 0;
  const progress = (message: string): void => {
    // snarkjs reports each chunk of points; one line every ten seconds is enough.
    const now = performance.now();
    if (now - started < 5_000 || now - shown < 10_000) return;
    shown = now;
    print(`  ${elapsed()} s: ${message.split("\n", 1)[0] ?? ""}`);
  };
  const logger: Logger = {
    debug: progress,
    info: progress,
    warn: (message) => process.stderr.write(`  ${message}\n`),
    error: (message) => process.stderr.write(`  ${message}\n`),
  };
  const result = await work(logger);
  print(`  done in ${elapsed()} s`);
  return result;
}
