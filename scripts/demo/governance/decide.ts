import { approveToken } from "@corex/sdk/actions/approve-token";
import { createSender } from "@corex/sdk/actions/create-sender";
import { castVote } from "@corex/sdk/actions/governance/cast-vote";
import { delegateVotes } from "@corex/sdk/actions/governance/delegate-votes";
import { executeProposal } from "@corex/sdk/actions/governance/execute-proposal";
import type { GovernanceContext } from "@corex/sdk/actions/governance/governance-context";
import { promote } from "@corex/sdk/actions/governance/promote";
import { propose } from "@corex/sdk/actions/governance/propose";
import { queueProposal } from "@corex/sdk/actions/governance/queue-proposal";
import { settleBond } from "@corex/sdk/actions/governance/settle-bond";
import { supportVote } from "@corex/sdk/actions/governance/support-vote";
import { flushFees } from "@corex/sdk/actions/flush-fees";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { stake } from "@corex/sdk/actions/stake";
import { withdraw } from "@corex/sdk/actions/withdraw";
import type { GovernanceContracts } from "@corex/sdk/contracts/connect-governance";
import { buildProposal } from "@corex/sdk/governance/build-proposal";
import { knownContracts } from "@corex/sdk/governance/known-contracts";
import { createTask } from "@corex/sdk/task/create-task";
import { formatEther, parseEther, type HDNodeWallet, type Wallet } from "ethers";

import { equal, type Check } from "../checks.ts";
import { waitForPeriod } from "../economy.ts";
import type { DemoNode } from "../network.ts";
import { print } from "../print.ts";
import type { Stage } from "../scenes.ts";
import { trade } from "../trade.ts";
import { waitForCompletion } from "../training.ts";
import { passTime } from "../work/pass-time.ts";

const DAY = 86_400;
const STAKE = parseEther("12000");
const STAKE_DAYS = 1_461;
const BOND = parseEther("1000");
const OWNER_BUDGET = parseEther("200");
const FEE_PER_FRAGMENT = parseEther("2");

/** Stage with the contracts of governance. */
export interface GovernanceStage extends Stage {
  readonly governance: GovernanceContracts;
}

/** An author that earned its stake proposes to lower the protocol fee; it is decided, executed, and used by the next task. */
export async function decideScene(stage: GovernanceStage): Promise<Check[]> {
  const { network, governance } = stage;
  const [author, ...others] = network.nodes;
  if (author === undefined) throw new Error("there is no node");
  await endow(stage, author);
  const by = await contextOf(stage, author.operator);
  for (const wallet of [author.operator, ...network.nodes.map(({ payout }) => payout)]) {
    await delegateVotes(await contextOf(stage, wallet), wallet.address);
  }
  await passTime(stage, DAY);

  print(
    `\n${author.name} staked ${formatEther(STAKE)} CXT. Its operator proposes to lower the protocol fee from 5 % to 4 %.`,
  );
  const known = knownContracts(network.deployment, governance);
  const draft = buildProposal(
    { description: "Lower the protocol fee to 4 %", parameters: ["protocolFeeBps=400"] },
    author.operator.address,
    { contracts: governance, known },
  );
  const { result: id } = await propose(by, draft);
  await passTime(stage, Number(await governance.supportGovernor.votingDelay()) + 1);
  // Its own committed stake is more than support needs, whoever earned how much.
  await supportVote(by, { proposalId: id, choice: "for" });
  const supported = await governance.supportGovernor.state(id);
  print("  support: enough of the delegated units within the first hour; anyone brings it to the binding vote");

  await promote(by, "technicalGovernor", draft);
  await passTime(stage, 2 * DAY + 1);
  for (const { operator, payout } of [author, ...others]) {
    for (const wallet of operator === author.operator ? [operator, payout] : [payout]) {
      await castVote(await contextOf(stage, wallet), { governor: "technicalGovernor", proposalId: id, choice: "for" });
    }
  }
  await passTime(stage, 7 * DAY + 1);
  await queueProposal(by, "technicalGovernor", draft);
  const eta = await governance.technicalGovernor.proposalEta(id);
  const queuedAt = await now(stage);
  print(`  the vote passed; the timelock waits ${(Number(eta) - queuedAt) / DAY} days`);
  await passTime(stage, Number(eta) - queuedAt + 1);

  const before = await publish(stage, 501n);
  const feeAtBefore = await network.contracts.taskMarket.protocolFeeBps();
  await executeProposal(by, "technicalGovernor", draft);
  const after = await publish(stage, 502n);
  print("  executed between two tasks: the running one keeps 5 %, the next one pays 4 %");
  const paid = await finish(stage, [before, after]);
  await settleBond(by, id);
  const bond = await governance.supportGovernor.owedTo(author.operator.address);
  return [
    equal("the first stage supported the proposal (4 = Succeeded)", supported, 4n),
    equal("the timelock waited seven days", Math.round((Number(eta) - queuedAt) / DAY), 7),
    equal(
      "protocol fee before and after, in basis points",
      [feeAtBefore, await network.contracts.taskMarket.protocolFeeBps()].join(),
      "500,400",
    ),
    equal("the running task keeps its fee", await feeOf(stage, before), 500n),
    equal("the next task has the new one", await feeOf(stage, after), 400n),
    equal("fees that reached the treasury", formatEther(paid.fees), formatEther(paid.expected)),
    equal("the author gets its bond back", formatEther(bond), formatEther(BOND)),
  ];
}

/** The author buys what it stakes, the owner what its tasks cost, from the nodes that earned it. */
async function endow(stage: GovernanceStage, author: DemoNode): Promise<void> {
  const { network, ownerWallet, governance } = stage;
  await trade(network, [
    { account: author.operator.address, amount: STAKE + BOND },
    { account: ownerWallet.address, amount: OWNER_BUDGET },
  ]);
  const by = await contextOf(stage, author.operator);
  await approveToken(by, await governance.stakeVault.getAddress(), STAKE);
  await stake(by, { node: author.id, amount: STAKE, period: STAKE_DAYS * DAY });
}

interface Published {
  readonly task: string;
  readonly fragments: number;
}

/** A task of one step for each class. */
async function publish(stage: GovernanceStage, nonce: bigint): Promise<Published> {
  const { owner, labels, network } = stage;
  await waitForPeriod(network);
  const created = await createTask({
    ...stage.task,
    owner: owner.sender.address,
    steps: 1,
    feePerFragment: FEE_PER_FRAGMENT,
    nonce,
  });
  await approveToken(owner, await network.contracts.taskEscrow.getAddress(), FEE_PER_FRAGMENT * BigInt(labels.length));
  const { result: task } = await publishTask(owner, created.terms);
  stage.board.watch(task);
  return { task, fragments: labels.length };
}

/** Waits for both tasks, collects their fees, and returns what reached the treasury and what should have. */
async function finish(
  stage: GovernanceStage,
  tasks: readonly Published[],
): Promise<{ fees: bigint; expected: bigint }> {
  const { context, network, governance } = stage;
  const treasury = await governance.treasury.getAddress();
  await sendFeesOn(stage);
  let expected = 0n;
  for (const { task, fragments } of tasks) {
    await Promise.race([waitForCompletion(context, task, { fragments, timeoutMs: 420_000 }), stage.death()]);
    expected += (FEE_PER_FRAGMENT * BigInt(fragments) * (await feeOf(stage, { task, fragments }))) / 10_000n;
  }
  const held = await network.contracts.token.balanceOf(treasury);
  await sendFeesOn(stage);
  return { fees: (await network.contracts.token.balanceOf(treasury)) - held, expected };
}

/** Protocol fees on their way to the treasury; what nodes are owed their agents fetch themselves. */
async function sendFeesOn({ owner, network: { contracts } }: GovernanceStage): Promise<void> {
  const router = await contracts.feeRouter.getAddress();
  if ((await contracts.taskEscrow.owedTo(router)) > 0n) await withdraw(owner, router, contracts.taskEscrow);
  if ((await contracts.token.balanceOf(router)) > 0n) await flushFees(owner);
}

async function feeOf({ network }: GovernanceStage, { task }: Published): Promise<bigint> {
  return (await network.contracts.taskMarket.stateOf(task)).protocolFeeBps;
}

async function contextOf(stage: GovernanceStage, wallet: Wallet | HDNodeWallet): Promise<GovernanceContext> {
  return { contracts: stage.governance, sender: await createSender(wallet.connect(stage.network.provider)) };
}

async function now({ network }: GovernanceStage): Promise<number> {
  return (await network.provider.getBlock("latest"))?.timestamp ?? 0;
}
