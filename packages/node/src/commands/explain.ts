import { formatEther } from "ethers";

import { explainNode } from "@corex/sdk/actions/explain-node";
import { readNode } from "@corex/sdk/actions/read-node";
import { readPublishedTasks } from "@corex/sdk/actions/read-published-tasks";
import { readTask } from "@corex/sdk/actions/read-task";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";

import { openSession, type CommandFlags } from "./session.ts";

/**
 * Says for each open chain of running tasks why the node was not drawn, not paid, or slashed: one line of JSON each. Works
 * while the agent runs.
 *
 * @throws CorexError AGENT_NOT_REGISTERED, CHAIN_*.
 */
export async function explain(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { config, deployment, contracts, provider, wallet } = session;
  await requireChain(provider, deployment);
  const node = await readNode(contracts, wallet.address);
  if (node === undefined) {
    throw new CorexError("AGENT_NOT_REGISTERED", `${wallet.address} operates no node: run \`corex-node join\` first`, {
      retry: "after-change",
    });
  }
  const fromBlock = Math.max(config.fromBlock, deployment.fromBlock ?? 0);
  const published = await readPublishedTasks(contracts, provider, {
    fromBlock,
    toBlock: await provider.getBlockNumber(),
  });
  for (const { task, terms } of published) {
    const { status } = await readTask(contracts, task);
    if (status !== "active") continue;
    for (let chain = 0; chain < Number(terms.chains); chain += 1) {
      const told = await explainNode(contracts, node.node, terms, chain);
      const line = {
        task,
        chain,
        ...told,
        slashed: formatEther(told.slashed),
        feeOwed: formatEther(told.feeOwed),
        rewardClaimable: formatEther(told.rewardClaimable),
        frozenWeight: String(told.frozenWeight),
        frozenTotal: String(told.frozenTotal),
      };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    }
  }
}
