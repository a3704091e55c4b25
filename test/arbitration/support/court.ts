// The court over the real registry, token, entropy, scheduler, reputation, vault and slasher. What is reviewed, what was
// worked and what was measured is set by the test.
import type { ContractTransactionResponse, EventLog } from "ethers";

import { activeNode, deploySuite, sealVotes, ethers, networkHelpers } from "../../support/fixtures.ts";
import { CXT, DAY, fund } from "../../staking/support/staking.ts";
import { selectorsOf } from "../../reputation/support/reputation.ts";

export { CXT, DAY };
export const HOUR = 3_600n;
export const BOND = 25n * CXT;
export const BENCHMARK_BOND = 100n * CXT;
export const FEE = 5n * CXT;
export const SILENCE = 100n * CXT;
export const INCOHERENCE = 50n * CXT;
export const STAKE = 10_000n * CXT;
export const EVIDENCE = ethers.id("evidence");
export const SALT = ethers.id("salt");
export const FUNDS = 1_000_000n * CXT;

export const Kind = { Verdict: 0n, Acceptance: 1n, Plant: 2n, Benchmark: 3n, Duplicate: 4n } as const;
export const Stage = {
  None: 0n,
  Claimed: 1n,
  Drawing: 2n,
  Committing: 3n,
  Revealing: 4n,
  Appealing: 5n,
  Ruled: 6n,
  Executed: 7n,
} as const;
export const Ruling = { Undecided: 0n, Claimant: 1n, Respondent: 2n } as const;
export const ActionKind = { RuleResult: 0n, Slash: 1n, AnnulReputation: 2n } as const;
export const Mood = { Willing: 0n, Unwilling: 1n, Reentrant: 2n, Greedy: 3n } as const;
const ROLE = { BENCHMARK: 6n, DISCIPLINE: 7n, MARKET: 8n, REPUTATION: 9n, STAKING: 10n } as const;
const COURT_ROLE = { SLASHER: 11n, LIABILITY: 12n, JUDGE: 13n, ARBITER: 15n } as const;

export interface ActionStruct {
  kind: bigint;
  data: string;
}

/** Terms of some task of `owner`. */
export function termsOf(owner: string, nonce = 1n) {
  return {
    owner,
    kind: 0n,
    verification: 0n,
    paired: false,
    verifiers: 3n,
    acceptScore: 0n,
    device: 0n,
    minTier: 0n,
    plants: 0n,
    fragments: 8n,
    fragmentDuration: 3_600n,
    voteDuration: 3_600n,
    challengeDuration: 86_400n,
    workUnits: 1_000n,
    jackpot: 0n,
    feePerFragment: CXT,
    feePerVerifier: CXT,
    circuit: ethers.ZeroHash,
    weights: 0n,
    inputRoot: ethers.ZeroHash,
    dataset: ethers.ZeroHash,
    spec: ethers.id("spec"),
    manifest: ethers.id("manifest"),
    plantRoot: ethers.id("plants"),
    nonce,
  };
}

/** The court, two active nodes with stake, and eight jurors of 5,000 CXT in a period of their own. */
export async function deployCourt() {
  const suite = await deploySuite({ sealed: false });
  const { manager, registry, token, feeRouter, signers } = suite;
  const entropy = await ethers.deployContract("BlockEntropy", [16, 3, 3_000n * CXT]);
  const scheduler = await ethers.deployContract("Scheduler", [manager, registry, entropy]);
  const reputation = await ethers.deployContract("Reputation", [manager, registry, scheduler]);
  const vault = await ethers.deployContract("StakeVault", [manager, token, registry, scheduler, feeRouter]);
  await sealVotes(suite.votes, token, suite.pool, { vault, excluded: [vault] });
  const slasher = await ethers.deployContract("Slasher", [manager, vault, reputation, registry, feeRouter]);
  const review = await ethers.deployContract("RecordingReview");
  const market = await ethers.deployContract("SettableWork");
  const benchmarks = await ethers.deployContract("SettableScores");
  const arbitration = await ethers.deployContract("Arbitration", [
    { review, market, benchmarks, registry, reputation, vault, slasher, entropy, feeRouter },
  ]);
  const jurorPool = await ethers.getContractAt("JurorPool", await arbitration.jurorPool());

  for (const [target, names, role] of [
    [scheduler, ["setStanding"], ROLE.REPUTATION],
    [scheduler, ["setBoost"], ROLE.STAKING],
    [reputation, ["recordMeasured"], ROLE.BENCHMARK],
    [reputation, ["recordCompleted"], ROLE.MARKET],
    [reputation, ["recordOffence"], COURT_ROLE.SLASHER],
    [reputation, ["annul"], COURT_ROLE.ARBITER],
    [vault, ["hold", "unhold"], COURT_ROLE.LIABILITY],
    [vault, ["slash"], COURT_ROLE.SLASHER],
    [slasher, ["punish"], COURT_ROLE.JUDGE],
  ] as const) {
    await manager.setTargetFunctionRole!(target, selectorsOf(target, names), role);
  }
  for (const [role, holder] of [
    [ROLE.REPUTATION, reputation],
    [ROLE.DISCIPLINE, reputation],
    [ROLE.STAKING, vault],
    [ROLE.MARKET, suite.admin],
    [COURT_ROLE.SLASHER, slasher],
    [COURT_ROLE.LIABILITY, arbitration],
    [COURT_ROLE.JUDGE, arbitration],
    [COURT_ROLE.ARBITER, arbitration],
  ] as const) {
    await manager.grantRole!(role, holder, 0);
  }

  const one = await activeNode(suite, 1);
  const two = await activeNode(suite, 2);
  const pick = (index: number) => signers[index] as (typeof signers)[0];
  const [claimant, respondent, owner, funder] = [pick(8), pick(9), pick(10), pick(19)];
  const jurors = signers.slice(11, 19);
  for (const account of [one.operator, two.operator, claimant, respondent, owner, funder, ...jurors]) {
    await fund(suite, account, FUNDS);
    for (const spender of [arbitration, jurorPool, vault]) await token.connect(account).approve(spender, 2n ** 255n);
  }
  for (const { operator, node } of [one, two]) {
    await vault.connect(operator).stake(node, STAKE, 100n * DAY);
    await reputation.connect(suite.benchmark).recordMeasured(node);
    await benchmarks.getFunction("set")(node, BigInt(await networkHelpers.time.latest()));
  }
  for (const juror of jurors) await jurorPool.connect(juror).stake(5_000n * CXT);
  await networkHelpers.mine(16);
  const terms = termsOf(owner.address);
  await review.getFunction("set")(Kind.Verdict, one.node, 10n * DAY);
  const accounts = { claimant, respondent, owner, funder, jurors, operator: one.operator, otherOperator: two.operator };
  const contracts = {
    entropy,
    scheduler,
    reputation,
    vault,
    slasher,
    review,
    market,
    benchmarks,
    arbitration,
    jurorPool,
  };
  return { ...suite, ...contracts, ...accounts, node: one.node, otherNode: two.node, payout: one.payout, terms };
}

export type CourtSuite = Awaited<ReturnType<typeof deployCourt>>;
export type Side = (typeof Ruling)[keyof typeof Ruling];

/** The actions that were announced when the dispute was opened. */
export async function announcedBy(suite: CourtSuite, tx: ContractTransactionResponse) {
  const receipt = await tx.wait();
  const logs = (receipt?.logs ?? []).map((log) => suite.arbitration.interface.parseLog(log));
  const opened = logs.find((log) => log?.name === "DisputeOpened") as unknown as EventLog;
  const actions = (name: string): ActionStruct[] =>
    (opened.args[name] as { kind: bigint; data: string }[]).map(({ kind, data }) => ({ kind, data }));
  return { forClaimant: actions("claimantActions"), forRespondent: actions("respondentActions") };
}

/** A claim of `claimant` about the result of fragment 0, by which the node says that it is right. */
export async function claimed(suite: CourtSuite, fragment = 0) {
  const { arbitration, claimant, terms } = suite;
  const tx = await arbitration.connect(claimant).claimResult(terms, fragment, EVIDENCE);
  return { dispute: await arbitration.disputeCount(), ...(await announcedBy(suite, tx)) };
}

/** The same, contested by `respondent`. */
export async function contested(suite: CourtSuite, fragment = 0) {
  const opened = await claimed(suite, fragment);
  await suite.arbitration.connect(suite.respondent).contest(opened.dispute, EVIDENCE);
  return opened;
}

/** Draws the jurors of the round, with as many tickets as it takes. */
export async function drawn(suite: CourtSuite, dispute: bigint): Promise<void> {
  const { arbitration, stranger } = suite;
  for (let i = 0; i < 40; i++) {
    await networkHelpers.mine(1);
    if ((await arbitration.disputeOf(dispute)).stage !== Stage.Drawing) return;
    const ready = await arbitration
      .connect(stranger)
      .draw.staticCall(dispute)
      .then(
        () => true,
        () => false,
      );
    if (ready) await arbitration.connect(stranger).draw(dispute);
  }
  throw new Error(`no jurors were drawn for dispute ${dispute}`);
}

/** The signers that were drawn for a round, each once. */
export async function panelOf(suite: CourtSuite, dispute: bigint) {
  const { round } = await suite.arbitration.disputeOf(dispute);
  const drawnJurors = await suite.arbitration.jurorsOf(dispute, round);
  return suite.signers.filter(({ address }) => drawnJurors.includes(address));
}

/** Seals the vote of each juror: what `choose` says by its index, nothing for undefined. */
export async function commitAll(suite: CourtSuite, dispute: bigint, choose: (index: number) => Side | undefined) {
  const { arbitration } = suite;
  const { round } = await arbitration.disputeOf(dispute);
  for (const [index, juror] of (await panelOf(suite, dispute)).entries()) {
    const choice = choose(index);
    if (choice === undefined) continue;
    const commitment = await arbitration.commitmentOf(dispute, round, juror, choice, SALT);
    await arbitration.connect(juror).commit(dispute, commitment);
  }
}

/** Opens the votes that `commitAll` sealed. */
export async function revealAll(suite: CourtSuite, dispute: bigint, choose: (index: number) => Side | undefined) {
  for (const [index, juror] of (await panelOf(suite, dispute)).entries()) {
    const choice = choose(index);
    if (choice !== undefined) await suite.arbitration.connect(juror).reveal(dispute, choice, SALT);
  }
}

/** Draws, votes and counts a round in which every juror votes as `choose` says. */
export async function playRound(suite: CourtSuite, dispute: bigint, choose: (index: number) => Side) {
  await drawn(suite, dispute);
  await commitAll(suite, dispute, choose);
  await revealAll(suite, dispute, choose);
  await suite.arbitration.connect(suite.stranger).advance(dispute);
}

/** Lets the stage of `dispute` pass and ends it. */
export async function pass(suite: CourtSuite, dispute: bigint): Promise<void> {
  const { deadline } = await suite.arbitration.disputeOf(dispute);
  await networkHelpers.time.increaseTo(deadline + 1n);
  await suite.arbitration.connect(suite.stranger).advance(dispute);
}

/** A dispute about fragment 0 whose first round was ruled for `side`, and cannot be appealed any more. */
export async function ruled(suite: CourtSuite, side: Side, fragment = 0) {
  const opened = await contested(suite, fragment);
  await playRound(suite, opened.dispute, () => side);
  await pass(suite, opened.dispute);
  return opened;
}
