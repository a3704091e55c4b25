import { scanEvents } from "@corex/sdk/actions/scan-events";
import { APPLY_FRAGMENT } from "@corex/sdk/task/round-fragment";

import type { DemoNetwork } from "./network.ts";
import type { RoundScene } from "./round-scene.ts";

/** What the transactions of one kind took. */
export interface GasRow {
  readonly name: string;
  readonly gas: readonly bigint[];
}

/**
 * Gas of each settled fragment, by the hash of the transaction that settled it: fragments that a node settled together
 * share what it took.
 */
export async function readGas(
  { provider }: Pick<DemoNetwork, "provider">,
  settled: readonly { readonly transactionHash: string }[],
): Promise<Map<string, bigint>> {
  const fragments = Map.groupBy(settled, ({ transactionHash }) => transactionHash);
  const entries = [...fragments].map(async ([hash, { length }]) => {
    const receipt = await provider.getTransactionReceipt(hash);
    return [hash, (receipt?.gasUsed ?? 0n) / BigInt(length)] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Gas of everything that happens in a task of rounds, kind by kind. */
export async function readRoundGas(network: DemoNetwork, { trained, gas }: RoundScene): Promise<GasRow[]> {
  const { provider, contracts } = network;
  const { roundMarket } = contracts;
  const { task, fragments } = trained;
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  const draws: string[] = [];
  for await (const events of scanEvents(provider, roundMarket, roundMarket.getEvent("FragmentAssigned"), range, [
    task,
  ])) {
    draws.push(...events.map(({ transactionHash }) => transactionHash));
  }
  const closings: string[] = [];
  for await (const events of scanEvents(provider, roundMarket, roundMarket.getEvent("RoundClosed"), range, [task])) {
    closings.push(...events.map(({ transactionHash }) => transactionHash));
  }
  const hashes = (of: (fragment: number) => boolean): string[] =>
    fragments.filter(({ fragment }) => of(fragment)).map(({ transactionHash }) => transactionHash);
  const row = async (name: string, of: readonly string[]): Promise<GasRow> => {
    const receipts = await Promise.all(of.map(async (hash) => provider.getTransactionReceipt(hash)));
    return { name, gas: receipts.flatMap((receipt) => (receipt === null ? [] : [receipt.gasUsed])) };
  };
  const rows = [
    { name: "publish the task", gas: [gas.publish] },
    await row("draw and assign a fragment", draws),
    await row(
      "gradient: verify, settle, pay",
      hashes((fragment) => fragment < APPLY_FRAGMENT),
    ),
    await row(
      "step: verify, settle, pay",
      hashes((fragment) => fragment === APPLY_FRAGMENT),
    ),
    await row(
      "evaluation: verify, settle, pay",
      hashes((fragment) => fragment > APPLY_FRAGMENT),
    ),
    await row("close a round without some lanes", closings),
    { name: "register the model", gas: [gas.register] },
  ];
  return rows.filter(({ gas: values }) => values.length > 0);
}
