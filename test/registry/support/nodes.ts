// Suites with nodes in them, and what the tests of the registry do with a node.
import {
  type Benchmark,
  DeviceClass,
  type Suite,
  activeNode,
  benchmarkOf,
  deploySuite,
  operatorOf,
  payoutOf,
  recordBenchmark,
} from "../../support/fixtures.ts";

/** How long a heartbeat counts: seconds. */
export const HOUR = 3_600n;
export const URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

/** The suite with node 1 (registered, without benchmark). */
export async function deployRegistered() {
  const suite = await deploySuite();
  const operator = operatorOf(suite, 1);
  await suite.registry.connect(operator).register(payoutOf(1), DeviceClass.GPU, URI);
  return { ...suite, operator, node: 1n };
}

/** The suite with node 1 active. */
export async function deployActive() {
  const suite = await deploySuite();
  return { ...suite, ...(await activeNode(suite, 1)) };
}

/** The suite with nodes 1 to 4 active, each since another second. */
export async function deployFour() {
  const suite = await deploySuite();
  const nodes = [];
  for (const index of [1, 2, 3, 4]) nodes.push(await activeNode(suite, index));
  return { ...suite, nodes };
}

/** The status of `node`, one of `NodeStatus`. */
export async function statusOf(suite: Suite, node: bigint): Promise<bigint> {
  return (await suite.registry.get(node)).status;
}

/** Records a benchmark of `node` that the registry accepts, but for `changes`. */
export async function record(suite: Suite, node: bigint, changes: Partial<Omit<Benchmark, "node">> = {}) {
  return recordBenchmark(suite, await benchmarkOf(node, changes));
}
