import { advanceDispute } from "@corex/sdk/actions/advance-dispute";
import { claimResult } from "@corex/sdk/actions/claim-result";
import { commitVote, voteCommitment } from "@corex/sdk/actions/commit-vote";
import { contestDispute } from "@corex/sdk/actions/contest-dispute";
import { drawJurors } from "@corex/sdk/actions/draw-jurors";
import type { Executed } from "@corex/sdk/actions/execute";
import { executeRuling } from "@corex/sdk/actions/execute-ruling";
import { readDispute } from "@corex/sdk/actions/read-dispute";
import { readDisputeActions } from "@corex/sdk/actions/read-dispute-actions";
import { revealVote } from "@corex/sdk/actions/reveal-vote";
import { settleRound } from "@corex/sdk/actions/settle-round";
import { stakeJuror } from "@corex/sdk/actions/stake-juror";
import { withdrawCourt } from "@corex/sdk/actions/withdraw-court";
import { dataSlice, id, parseEther } from "ethers";

import type { BenchWork } from "../bench-work.ts";
import { cheapest } from "../chance.ts";
import type { World } from "../world.ts";
import { sendTokens } from "./bonds.ts";
import { operatorOf } from "./nodes.ts";
import { EXECUTOR } from "./panel.ts";
import type { PlainStage } from "./scene.ts";

const JURORS = 12;
/** Votes of the first round. */
const VOTES = 3;
const STAKE = parseEther("5000");
const BOND = parseEther("25");
const EVIDENCE = id("benchmark evidence");
const VOTE = { ruling: "claimant", salt: id("benchmark vote") } as const;

/** Accounts with stake that votes are drawn of. */
export async function seatJurors({ world, record }: PlainStage): Promise<void> {
  for (let index = 0; index < JURORS; index += 1) {
    const juror = await world.as(jurorAt(index));
    await sendTokens(world, juror.sender.address, 2n * STAKE);
    const staked = await stakeJuror(juror, STAKE);
    if (index === 0) await record("juror stake: first of all", staked);
    if (index === JURORS - 1) await record("juror stake: another account", staked);
  }
  await world.nextPeriod();
  await record("juror stake: more", await stakeJuror(await world.as(jurorAt(0)), STAKE));
  await world.nextPeriod();
}

/** The node of a rejected result goes to the court, the owner contests, and three jurors find for the node. */
export async function dispute({ world, record }: PlainStage, task: BenchWork, fragment: number): Promise<void> {
  const [node, owner] = [await world.as(operatorOf(Number(EXECUTOR) - 1)), await world.as(world.owner)];
  await sendTokens(world, node.sender.address, BOND);
  const fromBlock = await world.provider.getBlockNumber();
  const claimed = await claimResult(node, task.terms, fragment, EVIDENCE);
  await record("court claim: a verdict", claimed);
  const number = claimed.result;
  await record("court contest", await contestDispute(owner, number, EVIDENCE));
  const panel = await draw({ world, record }, number);

  const { chainId, contracts } = world.deployment;
  for (const [index, juror] of panel.entries()) {
    const place = { chainId, court: contracts.Arbitration, dispute: number, round: 0, juror };
    const committed = await commitVote(await world.as(juror), number, 0, voteCommitment(place, VOTE));
    if (index === 1) await record("court commit", committed);
  }
  await record("court advance: votes can be opened", await advanceDispute(owner, number));
  for (const [index, juror] of panel.entries()) {
    const revealed = await revealVote(await world.as(juror), number, 0, VOTE);
    if (index === 1) await record("court reveal", revealed);
  }
  await record("court advance: 3 votes counted", await advanceDispute(owner, number));
  await pass(world, number);
  await record("court advance: nobody appealed", await advanceDispute(owner, number));
  const toBlock = await world.provider.getBlockNumber();
  const actions = await readDisputeActions(owner.contracts, world.provider, { dispute: number, fromBlock, toBlock });
  const executed = await executeRuling(owner, number, actions.claimant);
  if (!executed.result) throw new Error("the ruling was not executed");
  await record("court execute: the result is right", executed);
  await record("court settle: 3 jurors", await settleRound(owner, number, 0));
  await record("court withdraw", await withdrawCourt(owner, node.sender.address));
}

/** Draws three votes of three jurors. */
async function draw({ world, record }: PlainStage, number: bigint): Promise<readonly string[]> {
  const anyone = await world.as(world.owner);
  const { arbitration } = anyone.contracts;
  const attempt = async (): Promise<Executed<bigint>> => {
    await world.mineBeyond((await readDispute(anyone.contracts, number)).ticket);
    return drawJurors(anyone, number);
  };
  const drawn = await cheapest(world, attempt, async () => (await arbitration.jurorsOf(number, 0)).length === VOTES);
  await record(`court draw: 3 votes of ${JURORS} jurors`, drawn);
  return arbitration.jurorsOf(number, 0);
}

async function pass(world: World, number: bigint): Promise<void> {
  const { deadline } = await readDispute(world.contracts, number);
  await world.passSeconds(deadline + 1 - Number(await world.now()));
}

function jurorAt(index: number): string {
  return dataSlice(id(`benchmark juror ${index}`), 12);
}
