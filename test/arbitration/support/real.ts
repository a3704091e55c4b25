// The court over everything that it rules on, as deployed: nothing is a double. The suite of reviews, jurors, and the parties.
import { id, type ContractTransactionResponse } from "ethers";

import type { ActionStruct } from "./court.ts";
import { Ruling, Stage as DisputeStage, type Side } from "./court.ts";
import {
  CXT,
  DAY,
  decide,
  deployReview,
  ethers,
  fund,
  networkHelpers,
  nextPeriod,
  time,
  type ReviewSuite,
  type Signer,
} from "../../support/review/suite.ts";
import type { Work } from "../../support/review/work.ts";

export { DisputeStage, Ruling, type Side };

const EVIDENCE = id("evidence");
const SALT = id("salt of a juror");
const JUROR_STAKE = 5_000n * CXT;
/** Work units a day that make the most of the capability of a tier, and fragments that a node did before. */
const CAPACITY = 66_000_000_000n;
const COMPLETED = 80;

/** Enough for any action of a ruling. */
export const EXECUTION = { gasLimit: 15_000_000n };

/** The suite of reviews with three jurors, and CXT for everybody who may go to the court. */
export async function deployRealCourt() {
  const suite = await deployReview();
  const { arbitration, jurorPool, token, workers, owner, stranger } = suite;
  const jurors = [17, 18, 19].map((index) => suite.signer(index));
  for (const account of [...jurors, ...workers.map(({ signer }) => signer), owner, stranger]) {
    await fund(suite, account, 10_000n * CXT);
    for (const spender of [arbitration, jurorPool]) await token.connect(account).approve(spender, 2n ** 255n);
  }
  for (const juror of jurors) await jurorPool.connect(juror).stake(JUROR_STAKE);
  await nextPeriod(suite);
  return { ...suite, jurors };
}

export type RealCourt = Awaited<ReturnType<typeof deployRealCourt>>;

/** The same with `count` more verifiers, so that a committee of fifteen can sit. */
export async function deployCrowdedCourt() {
  const suite = await deployRealCourt();
  const { accessManager, arbitration, committee, nodeRegistry, reputation, scheduler, token, vault, workers } = suite;
  const market = 8n;
  await accessManager.grantRole(market, suite.admin, 0);
  for (let index = 0; index < 8; index++) {
    const address = ethers.getAddress(ethers.toBeHex(0xabc0000n + BigInt(index), 20));
    const payout = ethers.getAddress(ethers.toBeHex(0xfff0000n + BigInt(index), 20));
    await networkHelpers.setBalance(address, 10n ** 20n);
    const operator = await ethers.getImpersonatedSigner(address);
    await nodeRegistry.connect(operator).register(payout, 0, "ipfs://node");
    const node = await nodeRegistry.nodeOf(operator);
    await nodeRegistry.recordBenchmark(node, CAPACITY, (await time.latest()) + 80 * DAY);
    await reputation.recordMeasured(node);
    await fund(suite, operator, 22_000n * CXT);
    await token.connect(operator).approve(vault, 2n ** 255n);
    await token.connect(operator).approve(arbitration, 2n ** 255n);
    await vault.connect(operator).stake(node, 12_000n * CXT, 14 * DAY);
    for (let done = 0; done < COMPLETED; done += 20) {
      await reputation.recordCompletedMany(Array<bigint>(20).fill(node), Array<bigint>(20).fill(CXT));
    }
    await reputation.sync(node);
    await nodeRegistry.connect(operator).heartbeat();
    await scheduler.poke(node);
    await committee.connect(operator).enrol(31n);
    workers.push({ node, signer: operator, payout });
  }
  await accessManager.revokeRole(market, suite.admin);
  await nextPeriod(suite);
  return suite;
}

/** A dispute with the actions that were announced for it. */
export interface Opened {
  readonly dispute: bigint;
  readonly forClaimant: ActionStruct[];
  readonly forRespondent: ActionStruct[];
}

/** Takes the result of a fragment to the court. */
export async function claim(suite: RealCourt, work: Work, claimant: Signer, fragment = 0): Promise<Opened> {
  const { arbitration } = suite;
  const tx: ContractTransactionResponse = await arbitration
    .connect(claimant)
    .claimResult(work.terms, fragment, EVIDENCE);
  const receipt = await tx.wait();
  const opened = (receipt?.logs ?? [])
    .map((log) => arbitration.interface.parseLog(log))
    .find((log) => log?.name === "DisputeOpened");
  const actions = (name: string): ActionStruct[] =>
    (opened?.args[name] as { kind: bigint; data: string }[]).map(({ kind, data }) => ({ kind, data }));
  return {
    dispute: await arbitration.disputeCount(),
    forClaimant: actions("claimantActions"),
    forRespondent: actions("respondentActions"),
  };
}

/** Contests a claim, has the jurors vote for `side`, and lets the time to appeal pass. */
export async function ruledFor(suite: RealCourt, dispute: bigint, respondent: Signer, side: Side): Promise<void> {
  const { arbitration, stranger } = suite;
  await arbitration.connect(respondent).contest(dispute, EVIDENCE);
  await drawn(suite, dispute);
  await voted(suite, dispute, side);
  await arbitration.connect(stranger).advance(dispute);
  await passed(suite, dispute);
}

/** Draws the jurors of the present round. */
export async function drawn(suite: RealCourt, dispute: bigint): Promise<void> {
  const { arbitration, stranger } = suite;
  for (let attempt = 0; attempt < 20; attempt++) {
    const { stage, ticket } = await arbitration.disputeOf(dispute);
    if (stage !== DisputeStage.Drawing) return;
    await decide(suite, ticket);
    await arbitration.connect(stranger).draw(dispute);
  }
  throw new Error(`no jurors were drawn for dispute ${dispute}`);
}

/** All jurors of round 0 vote for `side`. */
async function voted({ arbitration, jurors }: RealCourt, dispute: bigint, side: Side): Promise<void> {
  const addresses = await arbitration.jurorsOf(dispute, 0);
  const panel = jurors.filter(({ address }) => addresses.includes(address));
  for (const juror of panel) {
    const commitment = await arbitration.commitmentOf(dispute, 0, juror, side, SALT);
    await arbitration.connect(juror).commit(dispute, commitment);
  }
  for (const juror of panel) await arbitration.connect(juror).reveal(dispute, side, SALT);
}

/** Lets the stage of a dispute pass, and ends it. */
export async function passed({ arbitration, stranger }: RealCourt, dispute: bigint): Promise<void> {
  const { deadline } = await arbitration.disputeOf(dispute);
  await time.increaseTo(deadline + 1n);
  await arbitration.connect(stranger).advance(dispute);
}

/** What a node has staked, what of it is held, and what it lost. */
export async function stakeOf({ vault }: Pick<ReviewSuite, "vault">, node: bigint) {
  const { tokens, held, slashed } = await vault.stakeDataOf(node);
  return { tokens, held, slashed };
}

/** CXT wei that were burned since the start. */
export async function burnedBy({ slasher }: Pick<ReviewSuite, "slasher">): Promise<bigint> {
  const events = await slasher.queryFilter(slasher.filters.Punished());
  return events.reduce((sum, { args }) => sum + args.burned, 0n);
}

/** Whatever any contract says that it owes, beside what it has; and all CXT there is, beside what everybody has. */
export async function booksOf(suite: RealCourt, works: readonly Work[]) {
  const { token, vault, slasher, arbitration, jurorPool, workEscrow, feeRouter, miningPool } = suite;
  const people = [
    ...(await ethers.getSigners()).map(({ address }) => address),
    ...suite.workers.flatMap(({ payout, signer }) => [payout, signer.address]),
    await feeRouter.getAddress(),
  ];
  const accounts = [...new Set(people)];
  const contracts = [vault, slasher, arbitration, jurorPool, workEscrow, miningPool, suite.rewardDistributor];
  const sum = async (of: (account: string) => Promise<bigint>, whose = accounts): Promise<bigint> =>
    (await Promise.all(whose.map(of))).reduce((total, amount) => total + amount, 0n);
  const balance = async (account: string): Promise<bigint> => token.balanceOf(account);
  const addresses = await Promise.all(contracts.map(async (contract) => contract.getAddress()));
  const [vaultAt, slasherAt, arbitrationAt, poolAt, escrowAt] = addresses as [string, string, string, string, string];
  const held = await sum(
    async (task) => workEscrow.heldFor(task),
    works.map((work) => work.id),
  );
  const owed = {
    escrow: held + (await sum(async (account) => workEscrow.owedTo(account))),
    vault: (await Promise.all(suite.workers.map(async ({ node }) => vault.stakeOf(node)))).reduce((a, b) => a + b, 0n),
    slasher: await sum(async (account) => slasher.owedTo(account)),
    arbitration: await sum(async (account) => arbitration.owedTo(account)),
    jurorPool: await jurorPool.stakedTotal(),
  };
  const has = {
    escrow: await balance(escrowAt),
    vault: await balance(vaultAt),
    slasher: await balance(slasherAt),
    arbitration: await balance(arbitrationAt),
    jurorPool: await balance(poolAt),
  };
  return { owed, has, everybody: await sum(balance, [...new Set([...accounts, ...addresses])]) };
}
