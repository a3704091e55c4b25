import { cancelWorkTask } from "@corex/sdk/actions/cancel-work-task";
import { challengeWork } from "@corex/sdk/actions/challenge-work";
import { contestDispute } from "@corex/sdk/actions/contest-dispute";
import { readDispute, readDisputeCount, type DisputeSummary } from "@corex/sdk/actions/read-dispute";
import { putJson } from "@corex/sdk/store/json";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { writeRows } from "@corex/sdk/work/work-input";
import type { WorkSpec } from "@corex/sdk/work/work-spec";
import { formatEther } from "ethers";

import { equal, type Check } from "../checks.ts";
import { print } from "../print.ts";
import { EXECUTOR_DEVICE } from "./cast.ts";
import { finalResult, tellVerdict, waitForEnd, waitForVerdict, type JudgedFragment } from "./follow-work.ts";
import { passTime } from "./pass-time.ts";
import { publishWork, type PublishedWork } from "./publish-work.ts";
import { waitFor } from "./wait-for.ts";
import type { WorkStage } from "./work-stage.ts";

const ROWS = 16;
/** Longer than jurors may take to appeal: 18 hours. */
const APPEAL_SECONDS = 18 * 3_600 + 1;

/** A node that lied and a node that told the truth are both rejected, and both go to the court. */
export async function disputeScene(stage: WorkStage): Promise<Check[]> {
  const names = stage.network.nodes.map(({ name }) => name);
  print("\nDispute: a node submits a wrong answer, is rejected, and insists before the court.");
  stage.direct(Object.fromEntries(names.map((name) => [name, { lies: true, insists: true }])));
  const guilty = await play(stage, "respondent");

  print("\nIts mirror image: the answer is right, but verifiers say that it is wrong.");
  stage.direct(Object.fromEntries(names.map((name) => [name, { reverses: true, insists: true }])));
  const innocent = await play(stage, "claimant");
  stage.direct({});
  return [...guilty, ...innocent];
}

/** One task with one fragment, from its publication to the execution of the ruling. */
async function play(stage: WorkStage, winner: DisputeSummary["ruling"]): Promise<Check[]> {
  const { contracts } = stage.network;
  const nonce = stage.nextNonce();
  const rows = stage.heldOut.X.slice(0, ROWS).map((row) => row.map(Number));
  const spec: WorkSpec = { work: "inference", model: stage.model, maxResultBytes: 1 << 16 };
  const known = await readDisputeCount(contracts);
  const work = await publishWork(stage, {
    kind: "inference",
    spec,
    inputs: [writeRows(rows)],
    nonce,
    device: EXECUTOR_DEVICE,
  });
  const judged = await judge(stage, work);
  tellVerdict(stage, judged);
  const before = await stakesOf(stage, judged);
  const dispute = await contest(stage, known);
  // Else the fragment of a liar would be drawn anew, to the only node of its class.
  if (winner === "respondent") await cancelWorkTask(stage.owner, work.terms);
  const ruled = await rule(stage, dispute);
  const node = stage.network.nodes.find(({ id }) => id === judged.node)?.name ?? "";
  print(
    `  the court: ${ruled.panel.forClaimant} votes for ${node}, ${ruled.panel.forRespondent} against it; ${ruled.ruling} wins`,
  );
  return [
    equal(`dispute ${dispute}: the committee had rejected the answer`, judged.review.verdict, "rejected"),
    equal(`dispute ${dispute}: the court ruled for the ${winner}`, ruled.ruling, winner),
    ...(await consequences(stage, work, judged, { winner, before })),
  ];
}

/** Waits for the verdict of verifiers; where chance spared the result, the owner has it judged. */
async function judge(stage: WorkStage, work: PublishedWork): Promise<JudgedFragment> {
  const first = await waitForVerdict(stage, work, 0);
  if (first.review.audited) return first;
  tellVerdict(stage, first);
  print("  the owner has its doubts: it has the answer judged, with a bond of 10 CXT");
  await challengeWork(stage.owner, work.terms, 0);
  return waitFor(stage, "the verdict of verifiers", async () => {
    const second = await waitForVerdict(stage, work, 0);
    return second.review.audited ? second : undefined;
  });
}

/** The owner stands by the verdict: it contests the claim of the node, and jurors are drawn. */
async function contest(stage: WorkStage, known: bigint): Promise<bigint> {
  const { contracts } = stage.network;
  const dispute = await waitFor(stage, "the node's claim", async () => {
    const count = await readDisputeCount(contracts);
    return count > known ? count : undefined;
  });
  const { bond } = await readDispute(contracts, dispute);
  print(`  the node takes it to the court with a bond of ${formatEther(bond)} CXT; the owner contests with as much`);
  const evidence = await putJson(stage.context.store, { kind: "corex/evidence", text: "the committee rejected it" });
  await contestDispute(stage.owner, dispute, contentIdToBytes32(evidence));
  return dispute;
}

/** Jurors vote; the time to appeal passes unused; anyone executes. */
async function rule(stage: WorkStage, dispute: bigint): Promise<DisputeSummary> {
  const { contracts } = stage.network;
  await waitFor(stage, "the jurors' ruling", async () => {
    const { stage: reached } = await readDispute(contracts, dispute);
    return reached === "appealing" ? reached : undefined;
  });
  await passTime(stage, APPEAL_SECONDS);
  return waitFor(stage, "the execution of the ruling", async () => {
    const found = await readDispute(contracts, dispute);
    return found.stage === "executed" ? found : undefined;
  });
}

/** Stakes of the node and of its judges. */
async function stakesOf({ network: { contracts } }: WorkStage, { node, sitting }: JudgedFragment) {
  const ids = [node, ...(sitting?.seats ?? []).map(({ verifier }) => verifier)];
  const stakes = new Map<bigint, bigint>();
  for (const id of ids) stakes.set(id, await contracts.stakeVault.stakeOf(id));
  return stakes;
}

interface Outcome {
  readonly winner: DisputeSummary["ruling"];
  /** Stakes by node before the ruling. */
  readonly before: ReadonlyMap<bigint, bigint>;
}

/** A liar is slashed and its fragment given up, because the owner cancelled; a node that was right is paid and its judges are slashed. */
async function consequences(
  stage: WorkStage,
  work: PublishedWork,
  judged: JudgedFragment,
  { winner, before }: Outcome,
): Promise<Check[]> {
  const after = await stakesOf(stage, judged);
  const lost = (id: bigint): bigint => (before.get(id) ?? 0n) - (after.get(id) ?? 0n);
  const judges = (judged.sitting?.seats ?? []).map(({ verifier }) => verifier);
  print(
    `  slashed: ${formatEther(lost(judged.node))} CXT of the node, ${judges.map((id) => formatEther(lost(id))).join(", ")} of its judges`,
  );
  if (winner === "claimant") {
    await waitForEnd(stage, work);
    const { node, isFinal } = await finalResult(stage, work, 0);
    return [
      equal("mirror image: the node is paid", isFinal && node === judged.node, true),
      equal("mirror image: the node lost nothing", lost(judged.node), 0n),
      equal(
        "mirror image: every verifier that rejected it is slashed",
        judges.every((id) => lost(id) > 0n),
        true,
      ),
    ];
  }
  const { isFinal } = await finalResult(stage, work, 0);
  const held = await stage.network.contracts.workEscrow.heldFor(work.task);
  return [
    equal("dispute: the fragment is given up and its fees are the owner's again", isFinal && held === 0n, true),
    equal("dispute: the liar is slashed", lost(judged.node) > 0n, true),
    equal(
      "dispute: its judges lost nothing",
      judges.every((id) => lost(id) === 0n),
      true,
    ),
  ];
}
