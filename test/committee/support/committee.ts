// The deployed suite with nine verifiers, one executor that does not verify, and an account that plays the review.
import { ROLES } from "../../../deploy/authority.ts";
import {
  CXT,
  DAY,
  decide,
  deployBare,
  ethers,
  joinNode,
  networkHelpers,
  nextPeriod,
  time,
  type Corex,
  type Operator,
  type Signer,
} from "../../support/market/suite.ts";

export { BPS, CXT, ethers, loadFixture, mine, networkHelpers, nextPeriod, time } from "../../support/market/suite.ts";

export const Kind = { Inference: 0n, Labelling: 1n, Features: 2n, Preprocessing: 3n, Training: 4n } as const;
export const Vote = { None: 0n, Accept: 1n, Reject: 2n, Abstain: 3n } as const;
export const Phase = { None: 0n, Drawing: 1n, Committing: 2n, Revealing: 3n, Concluded: 4n, Closed: 5n } as const;
export const Outcome = { None: 0n, Accepted: 1n, Rejected: 2n, Unverified: 3n } as const;
export const Truth = { Unknown: 0n, Accepted: 1n, Rejected: 2n, Planted: 3n } as const;
export const Offence = { UnrevealedVote: 5n, IncoherentVote: 6n, ApprovedPlant: 7n } as const;

export const ALL_KINDS = 31n;
export const VERIFIERS = 9;
/** CXT wei that each verifier staked, and the part of it that a seat holds. */
export const STAKE = 20_000n * CXT;
export const HOLD = STAKE / 10n;
export const VOTE_DURATION = 600;
export const DRAW_WINDOW = 6 * 3_600;
/** Capacity that is full capability, and completions that lift a score from 0.5 above 0.6. */
const CAPACITY = 100_000_000_000n;
const COMPLETIONS = 16;
const PERIOD = 200 * DAY;

export type CommitteeSuite = Awaited<ReturnType<typeof deployCommittee>>;

/** A request, as `open` takes it. */
export interface CaseRequest {
  subject: string;
  executor: bigint;
  owner: string | Signer;
  kind: bigint;
  size: bigint | number;
  acceptScore: bigint | number;
  voteDuration: bigint | number;
}

/** Gives `amount` CXT wei of the pool to `receiver`. */
export async function fund({ miningPool, token }: Corex, receiver: Signer, amount: bigint): Promise<void> {
  const pool = await miningPool.getAddress();
  await networkHelpers.impersonateAccount(pool);
  await networkHelpers.setBalance(pool, CXT);
  await token.connect(await ethers.getSigner(pool)).transfer(receiver, amount);
}

/** A node of `signer` with reputation above 0.6, tier 3 or more and a stake; it has not enrolled. */
export async function joinQualified(
  corex: Corex & { admin: Signer },
  signer: Signer,
  payout: Signer,
  stake = STAKE,
): Promise<Operator> {
  const { admin, reputation, vault, token, scheduler } = corex;
  const operator = await joinNode(corex, admin, signer, payout, { capacity: CAPACITY });
  const many = Array.from({ length: COMPLETIONS }, () => operator.node);
  await reputation.connect(admin).recordCompletedMany(
    many,
    many.map(() => CXT),
  );
  await fund(corex, signer, 2n * stake);
  await token.connect(signer).approve(vault, 2n * stake);
  await vault.connect(signer).stake(operator.node, stake, PERIOD);
  await reputation.sync(operator.node);
  await scheduler.poke(operator.node);
  return operator;
}

/** The suite whose verifiers are in the draws of the running period. `admin` holds the roles of markets and of the reputation. */
export async function deployCommittee() {
  return deployWith(0);
}

/** The same among ten thousand nodes: the ids of the verifiers are as far apart, and the trees as deep, as they then are. */
export async function deployCrowdedCommittee() {
  return deployWith(1_100);
}

/** Makes the registry believe that `count` nodes are registered: its counter lies behind the 26 bytes of its authority and its brake. */
async function pretendNodes({ nodeRegistry }: Corex, count: number): Promise<void> {
  const slot = BigInt(await ethers.provider.getStorage(nodeRegistry, 0));
  const rest = slot & (2n ** 208n - 1n);
  await networkHelpers.setStorageAt(await nodeRegistry.getAddress(), 0, rest | (BigInt(count) << 208n));
}

async function deployWith(gap: number) {
  const bare = await deployBare();
  const { accessManager, committee, admin, signer } = bare;
  const [executorSigner, client, otherClient] = [signer(2), signer(3), signer(4)];
  for (const role of [ROLES.MARKET, ROLES.REPUTATION]) await accessManager.grantRole(role, admin, 0);
  for (const account of [client, otherClient]) await accessManager.grantRole(ROLES.REVIEW, account, 0);
  const executor = await joinNode(bare, admin, executorSigner, signer(5), { capacity: CAPACITY });
  const verifiers: Operator[] = [];
  for (let index = 0; index < VERIFIERS; index++) {
    const account = signer(9 + index);
    if (gap !== 0) await pretendNodes(bare, (index + 1) * gap);
    const verifier = await joinQualified(bare, account, account);
    await committee.connect(account).enrol(ALL_KINDS);
    verifiers.push(verifier);
  }
  await nextPeriod(bare);
  return { ...bare, executor, verifiers, client, otherClient };
}

/** A request that is within all bounds. */
export function requestOf(
  { executor, owner }: Pick<CommitteeSuite, "executor" | "owner">,
  changes: Partial<CaseRequest> = {},
): CaseRequest {
  return {
    subject: ethers.id("result"),
    executor: executor.node,
    owner,
    kind: Kind.Inference,
    size: 3,
    acceptScore: 0,
    voteDuration: VOTE_DURATION,
    ...changes,
  };
}

/** Opens a case as the review and waits until its entropy is known. */
export async function openCase(suite: CommitteeSuite, changes: Partial<CaseRequest> = {}): Promise<bigint> {
  const { committee, client } = suite;
  await committee.connect(client).open(requestOf(suite, changes));
  const caseId = await committee.caseCount();
  await decide(suite, (await committee.caseOf(caseId)).ticket);
  return caseId;
}

/** Opens a case and draws its verifiers; `seats` are their operators in the order of their seats. */
export async function drawCase(suite: CommitteeSuite, changes: Partial<CaseRequest> = {}) {
  const { committee, stranger } = suite;
  const caseId = await openCase(suite, changes);
  await committee.connect(stranger).draw(caseId);
  const seats = (await committee.seatsOf(caseId)).map(({ verifier }) => operatorOf(suite, verifier));
  return { caseId, seats };
}

/** The operator of `node`. */
export function operatorOf({ verifiers }: Pick<CommitteeSuite, "verifiers">, node: bigint): Operator {
  const found = verifiers.find((verifier) => verifier.node === node);
  if (found === undefined) throw new Error(`node ${node} is no verifier`);
  return found;
}

/** What a verifier says; silent ones say nothing, quiet ones commit and do not reveal. */
export interface Say {
  vote: bigint;
  score?: number;
  quiet?: boolean;
}

export const accept: Say = { vote: Vote.Accept };
export const reject: Say = { vote: Vote.Reject };
export const abstain: Say = { vote: Vote.Abstain };
export const silent: Say = { vote: Vote.None };
export const quiet: Say = { vote: Vote.Accept, quiet: true };

/** The salt that the tests take for the verdict of `node`. */
export const saltOf = (node: bigint): string => ethers.id(`salt of ${node}`);

/** Commits what `verifier` says. */
export async function commitAs({ committee }: CommitteeSuite, caseId: bigint, { signer, node }: Operator, say: Say) {
  const commitment = await committee.commitmentOf(caseId, node, say.vote, say.score ?? 0, saltOf(node));
  return committee.connect(signer).commit(caseId, commitment);
}

/** Reveals what `verifier` said. */
export async function revealAs({ committee }: CommitteeSuite, caseId: bigint, { signer, node }: Operator, say: Say) {
  return committee.connect(signer).reveal(caseId, say.vote, say.score ?? 0, saltOf(node));
}

/** A case in which the seats commit and reveal `says`, in their order; nobody concluded it yet. */
export async function sit(suite: CommitteeSuite, says: readonly Say[], changes: Partial<CaseRequest> = {}) {
  const { caseId, seats } = await drawCase(suite, { size: says.length, ...changes });
  if (seats.length !== says.length) throw new Error(`${seats.length} of ${says.length} verifiers were drawn`);
  const talking = seats
    .map((seat, index) => ({ seat, say: says[index] ?? silent }))
    .filter(({ say }) => say.vote !== 0n);
  for (const { seat, say } of talking) await commitAs(suite, caseId, seat, say);
  if (talking.length < seats.length) await time.increase(VOTE_DURATION);
  for (const { seat, say } of talking) if (say.quiet !== true) await revealAs(suite, caseId, seat, say);
  return { caseId, seats };
}

/** The same, concluded by a stranger. */
export async function conclude(suite: CommitteeSuite, says: readonly Say[], changes: Partial<CaseRequest> = {}) {
  const sitting = await sit(suite, says, changes);
  if (says.some((say) => say.quiet === true)) await time.increase(2 * VOTE_DURATION);
  await suite.committee.connect(suite.stranger).conclude(sitting.caseId);
  return sitting;
}

/** CXT wei that the vault holds of the stake of `node`, and how much was slashed of it. */
export async function stakeOf({ vault }: Corex, node: bigint) {
  const { tokens, held, slashed } = await vault.stakeDataOf(node);
  return { tokens, held, slashed };
}

/** The seat of `node` in a case. */
export async function seatOf({ committee }: Corex, caseId: bigint, node: bigint) {
  const seat = (await committee.seatsOf(caseId)).find(({ verifier }) => verifier === node);
  if (seat === undefined) throw new Error(`node ${node} has no seat`);
  return seat;
}
