import type { Logger } from "snarkjs";

/** Prints a line when a step starts and how long it took. */
export async function step<T>(title: string, work: (logger: Logger) => Promise<T>): Promise<T> {
  const started = performance.now();
  const elapsed = () => ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${title} ...\n`);
  let shown = 0;
  const progress = (message: string): void => {
    // snarkjs reports each chunk of points; one line every ten seconds is enough.
    const now = performance.now();
    if (now - started < 5_000 || now - shown < 10_000) return;
    shown = now;
    process.stdout.write(`  ${elapsed()} s: ${message.split("\n", 1)[0] ?? ""}\n`);
  };
  const logger: Logger = {
    debug: progress,
    info: progress,
    warn: (message) => process.stderr.write(`  ${message}\n`),
    error: (message) => process.stderr.write(`  ${message}\n`),
  };
  const result = await work(logger);
  process.stdout.write(`  done in ${elapsed()} s\n`);
  return result;
}
