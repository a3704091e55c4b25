import type { SigningKey } from "ethers";

import { readNotices } from "@corex/sdk/actions/read-notices";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { openNotice } from "@corex/sdk/notice/open-notice";
import { decodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { isPlant, type ProvedPlant } from "@corex/sdk/task/plants";

import type { WorkPlace } from "./work-place.ts";

export interface PlantReader {
  readonly contracts: CorexContracts;
  readonly provider: RpcProvider;
  /** Opens notes to the operator. */
  readonly signingKey: SigningKey;
}

/**
 * The planted result that the owner's latest note to this operator asks for, if the terms committed to it.
 *
 * @throws CorexError CHAIN_*.
 */
export async function findPlant(
  { contracts, provider, signingKey }: PlantReader,
  { task, fragment }: Pick<WorkPlace, "task" | "fragment">,
): Promise<ProvedPlant | undefined> {
  if (task.terms.plants === 0n) return undefined;
  let toBlock: number;
  try {
    toBlock = await provider.getBlockNumber();
  } catch (cause) {
    throw decodeError(cause);
  }
  const place = { task: task.task, fragment, fromBlock: task.blockNumber, toBlock };
  for (const { note } of (await readNotices(contracts, provider, place)).toReversed()) {
    const message = openNotice({ signingKey }, note);
    const plant = message === undefined ? undefined : decodePlantNotice(message, fragment);
    if (plant !== undefined && isPlant(task.terms.plantRoot, plant)) return plant;
  }
  return undefined;
}
