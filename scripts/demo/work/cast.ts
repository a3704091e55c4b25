import type { DeviceClass } from "@corex/sdk/actions/register-node";
import { parseEther } from "ethers";

import type { Profile } from "../profiles.ts";

/** Nodes that verify; one more executes only. A committee of three is drawn from those that did not do the work. */
export const VERIFIERS = 4;

/** Jurors: every account with stake can be one. */
export const JURORS = 4;

/** CXT wei that a juror stakes. */
export const JUROR_STAKE = parseEther("1100");

/** What the least verifier stakes, and a little more for what may be slashed on the way. */
const VERIFIER_STAKE = parseEther("10500");

/** Class of the node that does not verify: a task that asks for it is done by this node, and all verifiers can judge it. */
export const EXECUTOR_DEVICE: DeviceClass = "Edge";

const EXECUTOR_STAKE = parseEther("1000");

/** The nodes of the scenes about work without a circuit, all alike but for their stake. */
export const CAST: readonly Profile[] = [
  ...Array.from({ length: VERIFIERS }, (_, index): Profile => ({
    name: `node ${index + 1}`,
    threads: 1,
    stake: { amount: VERIFIER_STAKE, days: 30 },
    conduct: "honest",
  })),
  {
    name: `node ${VERIFIERS + 1}`,
    threads: 1,
    deviceClass: EXECUTOR_DEVICE,
    stake: { amount: EXECUTOR_STAKE, days: 30 },
    conduct: "honest",
  },
];
