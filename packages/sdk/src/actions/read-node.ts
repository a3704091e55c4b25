import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { DEVICE_CLASSES, type DeviceClass } from "./register-node.ts";

/** Statuses of a node by their number on chain. */
export const NODE_STATUSES = ["none", "registered", "active", "suspended", "exited", "removed"] as const;

export type NodeStatusName = (typeof NODE_STATUSES)[number];

export interface NodeSummary {
  readonly node: bigint;
  readonly status: NodeStatusName;
  readonly deviceClass: DeviceClass;
  readonly payout: string;
  /** Seconds since the Unix epoch. */
  readonly lastHeartbeat: number;
  readonly dailyWorkUnits: bigint;
  /** Seconds since the Unix epoch; zero without benchmark. */
  readonly benchmarkExpiresAt: number;
  /** Second since which it is alive without a gap; as of its last heartbeat. */
  readonly onlineSince: number;
  /** Whether fragments can be assigned to it now. */
  readonly eligible: boolean;
}

/** The node of `operator`, or undefined when it has none. @throws CorexError CHAIN_*. */
export async function readNode({ nodeRegistry }: CorexContracts, operator: string): Promise<NodeSummary | undefined> {
  try {
    const node = await nodeRegistry.nodeOf(operator);
    if (node === 0n) return undefined;
    const [record, eligible] = await Promise.all([nodeRegistry.get(node), nodeRegistry.isEligible(node)]);
    return {
      node,
      status: NODE_STATUSES[Number(record.status)] ?? "none",
      deviceClass: DEVICE_CLASSES[Number(record.deviceClass)] ?? "CPU",
      payout: record.payout,
      lastHeartbeat: Number(record.lastHeartbeat),
      dailyWorkUnits: record.dailyWorkUnits,
      benchmarkExpiresAt: Number(record.benchmarkExpiresAt),
      onlineSince: Number(record.onlineSince),
      eligible,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}
