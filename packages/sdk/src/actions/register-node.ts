import { requireEvent } from "./parse-events.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

/** Device classes of the registry, by their number on chain. */
export const DEVICE_CLASSES = ["CPU", "GPU", "FPGA", "Edge"] as const;

export type DeviceClass = (typeof DEVICE_CLASSES)[number];

export interface RegisterNodeInput {
  /** Receiver of earnings. */
  readonly payout: string;
  readonly deviceClass: DeviceClass;
  readonly metadataUri: string;
}

/**
 * Makes the sender the operator of a new node and returns the node's id.
 *
 * @throws CorexError CHAIN_NODEREGISTRY_OPERATORTAKEN, CHAIN_NODEREGISTRY_INVALIDPAYOUT, CHAIN_NODEREGISTRY_METADATATOOLONG.
 */
export async function registerNode(
  context: ActionContext,
  { payout, deviceClass, metadataUri }: RegisterNodeInput,
): Promise<Executed<bigint>> {
  const { nodeRegistry } = context.contracts;
  const args: [string, number, string] = [payout, DEVICE_CLASSES.indexOf(deviceClass), metadataUri];
  const { receipt } = await execute(context, nodeRegistry.register, args, "register");
  // The simulated id is not the final one when another node registers in the same block.
  const { node } = requireEvent(receipt, nodeRegistry, nodeRegistry.getEvent("NodeRegistered"));
  return { result: node, receipt };
}
