import { setTimeout as sleep } from "node:timers/promises";

import { requestAttestation } from "@corex/node/attestor/request-attestation";
import { answerBenchmark } from "@corex/sdk/actions/answer-benchmark";
import { approveToken } from "@corex/sdk/actions/approve-token";
import { beginBenchmark } from "@corex/sdk/actions/begin-benchmark";
import { challengeBenchmark } from "@corex/sdk/actions/challenge-benchmark";
import { concludeBenchmark } from "@corex/sdk/actions/conclude-benchmark";
import { createSender } from "@corex/sdk/actions/create-sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { withdrawBond } from "@corex/sdk/actions/withdraw-bond";
import { withdrawReward } from "@corex/sdk/actions/withdraw-reward";
import { readSeed, readWorkload } from "@corex/sdk/actions/read-benchmark";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { laneCount } from "@corex/sdk/benchmark/workload";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { hexlify, parseEther, randomBytes, type HDNodeWallet, type Wallet } from "ethers";

import type { DemoNode } from "./network.ts";

/** What a challenger risks; `BenchmarkRegistry.CHALLENGE_BOND`. */
export const CHALLENGE_BOND = parseEther("100");

const POLL_MS = 250;
const MAX_ATTEMPTS = 3;

export interface ExposeInput {
  /** Who doubts the score and pays the bond. */
  readonly challenger: ActionContext;
  readonly faker: DemoNode;
  readonly fakerWallet: Wallet | HDNodeWallet;
  /** Base URLs. */
  readonly attestors: readonly string[];
}

/**
 * The owner doubts a node's score. The node has given the rented machine back, so it makes a result up, and shows the
 * attestors digests that fit its result. They compute lanes of their own choice and find them wrong; anybody concludes.
 */
export async function exposeFaker({ challenger, faker, fakerWallet, attestors }: ExposeInput): Promise<void> {
  const { contracts } = challenger;
  await approveToken(challenger, await contracts.benchmarkRegistry.getAddress(), CHALLENGE_BOND);
  await challengeBenchmark(challenger, faker.id);

  const liar = { contracts, sender: await createSender(fakerWallet) };
  const { size } = await contracts.benchmarkRegistry.scoreOf(faker.id);
  const lanes = laneCount(Number(size), await readWorkload(contracts, "CPU"));
  // Made up before the time runs: on a busy machine the seed could be lost while this one hashes.
  const digests = Array.from({ length: lanes }, () => hexlify(randomBytes(32)));
  const nonce = await answerWith(liar, faker.id, Number(size), laneRoot(digests));

  const verdicts = await Promise.all(
    attestors.map(async (attestor) => requestAttestation({ attestor, node: faker.id, nonce, digests })),
  );
  await concludeBenchmark(challenger, verdicts);
}

/** Answers with `result`, in a new measurement when the seed of one is lost; returns the number of the answered one. */
async function answerWith(liar: ActionContext, node: bigint, size: number, result: string): Promise<bigint> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result: begun } = await beginBenchmark(liar, size);
      while ((await readSeed(liar.contracts, node)) === undefined) await sleep(POLL_MS);
      await answerBenchmark(liar, { nonce: begun.nonce, result });
      return begun.nonce;
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code !== "CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED" || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** The challenger takes its bond back, and its reward. */
export async function withdrawBonds(challenger: ActionContext): Promise<void> {
  const { benchmarkRegistry, slasher } = challenger.contracts;
  const { address } = challenger.sender;
  if ((await benchmarkRegistry.owedTo(address)) > 0n) await withdrawBond(challenger);
  if ((await slasher.owedTo(address)) > 0n) await withdrawReward(challenger);
}
