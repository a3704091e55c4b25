import { claimContribution } from "@corex/sdk/actions/claim-contribution";
import { collectContribution } from "@corex/sdk/actions/collect-contribution";
import { fundContributors } from "@corex/sdk/actions/fund-contributors";
import { postContributions } from "@corex/sdk/actions/post-contributions";
import { returnPostingBond } from "@corex/sdk/actions/return-posting-bond";
import { parseEther } from "ethers";

import { DAY } from "../world.ts";
import type { PlainStage } from "./scene.ts";

const WINDOW = 3 * DAY;
const GIFT = parseEther("1");

/** Who trained a model, and what the node gets of a gift to them. */
export async function contributions({ world, record }: PlainStage, model: string, fragments: bigint): Promise<void> {
  const owner = await world.as(world.owner);
  const list = [{ node: 1n, fragments }];
  await record("contributions post: 1 node", await postContributions(owner, model, list));
  await world.passSeconds(WINDOW + 1);
  await record("contributions fund", await fundContributors(owner, model, GIFT));
  await record("contributions claim", await claimContribution(owner, model, list, 1n));
  await record("contributions collect", await collectContribution(owner, model, 1n));
  await record("contributions bond back", await returnPostingBond(owner, model));
}
