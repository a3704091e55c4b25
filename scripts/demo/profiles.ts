import { cpus } from "node:os";

import type { DeviceClass } from "@corex/sdk/actions/register-node";
import { parseEther } from "ethers";

/** What a node of the demo is like. */
export interface Profile {
  readonly name: string;
  /** Threads that its hardware benchmark runs on. */
  readonly threads: number;
  /** Class of its hardware; what it detects when absent. */
  readonly deviceClass?: DeviceClass;
  /** CXT wei that it stakes before the market task, and for how many days; none when absent. */
  readonly stake?: { readonly amount: bigint; readonly days: number };
  /**
   * - honest: does what it is assigned.
   * - lazy: its process stands still over the deadline of the first fragments it gets.
   * - faker: was measured on a machine that it gave back; its answer to a challenge is made up.
   */
  readonly conduct: "honest" | "lazy" | "faker";
}

const CORES = Math.max(1, cpus().length);

/** The first five nodes; more are like the third. */
const FIRST: readonly Omit<Profile, "name">[] = [
  { threads: CORES, stake: { amount: parseEther("3000"), days: 365 }, conduct: "honest" },
  { threads: 1, stake: { amount: parseEther("1000"), days: 1_461 }, conduct: "honest" },
  { threads: 1, conduct: "honest" },
  { threads: 1, conduct: "lazy" },
  { threads: CORES, stake: { amount: parseEther("1000"), days: 30 }, conduct: "faker" },
];

/** The profile of node `index`, from 0. */
export function profileOf(index: number): Profile {
  return { name: `node ${index + 1}`, ...(FIRST[index] ?? { threads: 1, conduct: "honest" }) };
}
