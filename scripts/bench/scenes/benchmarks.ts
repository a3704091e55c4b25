import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { approveToken } from "@corex/sdk/actions/approve-token";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { challengeBenchmark } from "@corex/sdk/actions/challenge-benchmark";
import { concludeBenchmark } from "@corex/sdk/actions/conclude-benchmark";
import { expireBenchmark } from "@corex/sdk/actions/expire-benchmark";
import { withdrawBond } from "@corex/sdk/actions/withdraw-bond";
import { signAttestation } from "@corex/sdk/benchmark/attestation";
import { id, parseEther } from "ethers";

import type { PlainStage } from "./scene.ts";

/** Workloads of one measurement: a capacity of the second tier. */
const SIZE = 16;
const MAX_DURATION_SECONDS = 600;
const BEGIN_WINDOW_SECONDS = 3_600;
const BOND = parseEther("100");

/** A whole measurement of the operator's node: begin, answer, and the verdict of two attestors. */
export async function measure({ world, record }: PlainStage, node: bigint, which: string): Promise<void> {
  await world.nextPeriod(); // so that every measurement waits equally long for its seed
  const operator = await world.as(world.operator);
  const begun = await beginBenchmark(operator, SIZE);
  await record(`benchmark, ${which}: begin`, begun);
  await world.mineBeyond(Number(begun.result.ticket));
  const { nonce } = begun.result;
  const answered = await answerBenchmark(operator, { nonce, result: id(`benchmark result ${nonce}`) });
  await record(`benchmark, ${which}: answer`, answered);
  const domain = {
    chainId: world.deployment.chainId,
    benchmarkRegistry: world.deployment.contracts.BenchmarkRegistry,
  };
  const attestation = { node, nonce, result: answered.result.result, valid: true };
  const signed = await Promise.all(
    world.attestors.map(async (attestor) => signAttestation(attestor, domain, attestation)),
  );
  const concluded = await concludeBenchmark(operator, signed);
  if (!concluded.result.accepted) throw new Error(`measurement ${nonce} of node ${node} was discarded`);
  await record(`benchmark, ${which}: conclude, 2 signatures`, concluded);
}

/** Challenges of the operator's node: one that it answers, one that it ignores; and a measurement that takes too long. */
export async function challenges(stage: PlainStage, node: bigint): Promise<void> {
  const { world, record } = stage;
  const [challenger, operator] = [await world.as(world.owner), await world.as(world.operator)];
  await world.aside(async () => {
    await measure(stage, node, "again");
    await approveToken(challenger, world.deployment.contracts.BenchmarkRegistry, 2n * BOND);
    await record("challenge: first of all", await challengeBenchmark(challenger, node));
    await world.aside(async () => measure(stage, node, "challenged"));
    await world.passSeconds(BEGIN_WINDOW_SECONDS + 1);
    await record("expire: challenge, node removed without stake", await expireBenchmark(challenger, node));
    await record("withdraw bond", await withdrawBond(challenger));
  });
  await world.aside(async () => {
    await beginBenchmark(operator, SIZE);
    await world.passSeconds(MAX_DURATION_SECONDS + 1);
    await record("expire: measurement", await expireBenchmark(challenger, node));
  });
}
