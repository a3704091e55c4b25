import { postNotice } from "@corex/sdk/actions/post-notice";
import { readOperatorKey } from "@corex/sdk/actions/read-operator-key";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { revealPlant } from "@corex/sdk/actions/reveal-plant";
import { decoyNotice } from "@corex/sdk/notice/decoy-notice";
import { encodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { sealNotice } from "@corex/sdk/notice/seal-notice";
import { contentIdToBytes32, type ContentId } from "@corex/sdk/store/content-id";
import { provePlant, type Plant } from "@corex/sdk/task/plants";
import { canonicalLie } from "@corex/sdk/work/canonical-lie";
import { execute } from "@corex/sdk/work/execute";
import { writeRows } from "@corex/sdk/work/work-input";
import { WORK_KIND } from "@corex/sdk/work/work-kind";
import type { WorkSpec } from "@corex/sdk/work/work-spec";
import { formatEther, hexlify, parseEther, randomBytes } from "ethers";

import { equal, type Check } from "../checks.ts";
import { print } from "../print.ts";
import { approveAll, finalResult, waitForEnd, type JudgedFragment } from "./follow-work.ts";
import { passTime } from "./pass-time.ts";
import { publishWork, type PublishedWork } from "./publish-work.ts";
import { waitFor } from "./wait-for.ts";
import type { WorkStage } from "./work-stage.ts";

const FRAGMENTS = 6;
const ROWS_EACH = 16;
const PLANTED = 2;
const JACKPOT = parseEther("6");

/** A registered model is applied to new inputs; one of the results is wrong on purpose. */
export async function inferenceScene(stage: WorkStage): Promise<Check[]> {
  const { store } = stage.context;
  print(`\nInference: the owner has the model applied to ${FRAGMENTS} batches of ${ROWS_EACH} new samples.`);
  const spec: WorkSpec = { work: "inference", model: stage.model, maxResultBytes: 1 << 16 };
  const inputs = batches(stage.heldOut.X);
  const honest = await Promise.all(inputs.map(async (input, fragment) => answer(stage, spec, input, fragment)));
  const plant = await makePlant(stage, honest[PLANTED] ?? new Uint8Array());
  const work = await publishWork(stage, {
    ...{ kind: "inference", spec, inputs, nonce: stage.nextNonce() },
    planted: { plants: [plant], jackpot: JACKPOT },
  });
  await postNotes(stage, work, plant);
  let planted = false;
  const judged = await approveAll(stage, work, async ({ fragment, result }) => {
    if (fragment !== PLANTED || result !== plant.result) return "approve";
    planted = true;
    await revealPlant(stage.owner, work.terms, provePlant([plant], fragment));
    print(
      `  the owner reveals that fragment ${fragment} was wrong on purpose; who rejected it shares ${formatEther(JACKPOT)} CXT`,
    );
    return "leave";
  });
  if (planted) await passTime(stage, Number(work.terms.challengeDuration) + 1);
  await waitForEnd(stage, work);

  const checks: Check[] = [];
  for (const [fragment, expected] of honest.entries()) {
    if (planted && fragment === PLANTED) continue;
    const { result, node } = await finalResult(stage, work, fragment);
    const id = await store.put(expected);
    checks.push(
      equal(
        `inference ${fragment}: the answer of node ${node} is the one the model gives`,
        result,
        contentIdToBytes32(id),
      ),
    );
  }
  if (planted) checks.push(plantCaught(judged));
  checks.push(
    equal(
      "inference: the escrow holds nothing for it any more",
      await stage.network.contracts.workEscrow.heldFor(work.task),
      0n,
    ),
  );
  return checks;
}

function batches(rows: readonly (readonly bigint[])[]): Uint8Array[] {
  return Array.from({ length: FRAGMENTS }, (_, index) =>
    writeRows(rows.slice(index * ROWS_EACH, (index + 1) * ROWS_EACH).map((row) => row.map(Number))),
  );
}

async function answer(
  { context: { store } }: WorkStage,
  spec: WorkSpec,
  input: Uint8Array,
  fragment: number,
): Promise<Uint8Array> {
  const context = { store, node: 1, operator: "", fragment, random: randomBytes };
  return execute(WORK_KIND.inference, spec, input, context);
}

async function makePlant({ context: { store } }: WorkStage, right: Uint8Array): Promise<Plant> {
  const id: ContentId = await store.put(canonicalLie(WORK_KIND.inference, right));
  return { fragment: PLANTED, result: contentIdToBytes32(id), salt: hexlify(randomBytes(32)) };
}

/** As soon as it is known who does a fragment, the owner leaves a note for it: the plant for one, nothing for the others. */
async function postNotes(stage: WorkStage, work: PublishedWork, plant: Plant): Promise<void> {
  const { contracts, provider } = stage.network;
  const open = new Set(Array.from({ length: FRAGMENTS }, (_, fragment) => fragment));
  await waitFor(stage, "the draws", async () => {
    for (const fragment of open) {
      const { node } = await readWorkCursor(contracts, work.task, fragment);
      if (node === 0n) continue;
      open.delete(fragment);
      const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
      const note =
        fragment === plant.fragment
          ? sealNotice(
              await readOperatorKey(contracts, provider, node, range),
              encodePlantNotice(provePlant([plant], fragment)),
            )
          : decoyNotice();
      await postNotice(stage.owner, work.terms, fragment, note);
    }
    return open.size === 0 ? true : undefined;
  });
}

/** Whoever judged the planted result rejected it. */
function plantCaught(judged: readonly JudgedFragment[]): Check {
  const seats = judged[PLANTED]?.sitting?.seats ?? [];
  const votes = new Set(seats.map(({ vote }) => vote));
  return equal("inference: every verifier rejected the planted result", [...votes].join(), "reject");
}
