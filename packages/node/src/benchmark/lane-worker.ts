// Worker thread of LanePool: takes lanes from a shared counter until none are left, or computes a root.
import { parentPort } from "node:worker_threads";

import { getBytes } from "ethers";

import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { computeLane } from "@corex/sdk/benchmark/workload";

import { DIGEST_BYTES, DONE, NEXT, STOP, type LaneJob, type RootJob } from "./lane-job.ts";

parentPort?.on("message", (job: LaneJob | RootJob) => {
  parentPort?.postMessage("leaves" in job ? laneRoot(job.leaves) : work(job));
});

function work({ seed, lanes, control, digests }: LaneJob): void {
  while (Atomics.load(control, STOP) === 0) {
    const position = Atomics.add(control, NEXT, 1);
    const lane = lanes[position];
    if (lane === undefined) return;
    digests.set(getBytes(computeLane(seed, lane)), position * DIGEST_BYTES);
    Atomics.add(control, DONE, 1);
  }
}
