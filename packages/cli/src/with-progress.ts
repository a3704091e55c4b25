import type { PrepareOptions } from "@corex/sdk/data/prepare/build-prepared";

import { showProgress } from "./progress.ts";

/** Runs a command with a progress display, until it is done or someone presses Ctrl-C (or sends SIGTERM). */
export async function withProgress<Result>(
  { quiet }: { readonly quiet?: boolean | undefined },
  command: (options: PrepareOptions) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  const display = showProgress({ quiet });
  try {
    return await command({ signal: stop.signal, onProgress: (progress) => display.update(progress) });
  } finally {
    display.stop();
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
}
