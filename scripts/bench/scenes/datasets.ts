import { buyDatasetAccess } from "@corex/sdk/actions/buy-dataset-access";
import { publishDatasetVersion } from "@corex/sdk/actions/publish-dataset-version";
import { registerDataset, type DatasetTerms } from "@corex/sdk/actions/register-dataset";
import { withdrawDatasetShare } from "@corex/sdk/actions/withdraw-dataset-share";
import { id, parseEther, ZeroHash } from "ethers";

import { sendTokens } from "./bonds.ts";
import type { PlainStage } from "./scene.ts";

const PRICE = parseEther("100");

const TERMS: DatasetTerms = {
  manifest: id("benchmark dataset"),
  shardRoot: id("benchmark shards"),
  schemaHash: id("benchmark columns"),
  preprocessingHash: id("benchmark recipe"),
  licence: id("benchmark licence"),
  parent: ZeroHash,
  price: PRICE,
  shards: 64,
  rows: 10_000n,
};

/** Datasets of one owner, and two accounts that buy access. */
export async function datasets({ world, record }: PlainStage): Promise<void> {
  const owner = await world.as(world.owner);
  const first = await registerDataset(owner, TERMS);
  await record("dataset register: first of an owner", first);
  await record("dataset register: later", await registerDataset(owner, { ...TERMS, manifest: id("another dataset") }));
  const dataset = first.result;
  for (const [name, account] of [
    ["first of all", world.operator],
    ["later", world.payout],
  ] as const) {
    const buyer = await world.as(account);
    await sendTokens(world, buyer.sender.address, 2n * PRICE);
    await record(`dataset buy: ${name}`, await buyDatasetAccess(buyer, { dataset, maxPrice: PRICE }));
  }
  const next = { ...TERMS, manifest: id("second version") };
  await record("dataset version", await publishDatasetVersion(owner, dataset, next));
  await record("dataset withdraw", await withdrawDatasetShare(owner));
}
