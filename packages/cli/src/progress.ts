import cliProgress from "cli-progress";

import type { Progress } from "@corex/sdk/data/prepare/build-prepared";

const MEGABYTE = 1_000_000;

/** On what is no terminal, a line per so many percent. */
const LINE_PERCENT = 5;

/** Names of the phases for people. */
const PHASES: Readonly<Record<Progress["phase"], string>> = { fit: "measuring", write: "working" };

/** Shows how far a command is. */
export interface ProgressDisplay {
  update(progress: Progress): void;
  /** Ends the display; later output starts on a new line. */
  stop(): void;
}

/** A bar on a terminal, a line per 5 % elsewhere, nothing when quiet. Results go to standard output, this does not. */
export function showProgress(
  { quiet = false }: { readonly quiet?: boolean | undefined },
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const single = new cliProgress.SingleBar({
    stream,
    format: "{phase} [{bar}] {percentage} % | {megabytes} of {of} MB | {rate} MB/s | {eta} s left",
    hideCursor: true,
  });
  const startedAt = performance.now();
  let isStarted = false;
  return {
    update({ phase, done, total }) {
      const rate = (done / MEGABYTE / ((performance.now() - startedAt) / 1000)).toFixed(1);
      const payload = { phase: PHASES[phase], megabytes: megabytes(done), of: megabytes(total), rate };
      if (!isStarted) single.start(total, done, payload);
      else single.update(done, payload);
      isStarted = true;
    },
    stop: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let shown = 0;
  return {
    update({ phase, done, total }) {
      const step = Math.floor((done / total) * (100 / LINE_PERCENT));
      if (step <= shown) return;
      shown = step;
      stream.write(`${PHASES[phase]}: ${step * LINE_PERCENT} % (${megabytes(done)} of ${megabytes(total)} MB)\n`);
    },
    stop: () => undefined,
  };
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}
