/** A figure that an operation should reach, and what there is to say about it. */
export interface Target {
  readonly gas?: number;
  /** Divides the figure before it is compared: a transaction that serves many. */
  readonly per?: number;
  readonly note?: string;
}

/** Precompile prices of one verification: a pairing of four (45,000 + 4 x 34,000), and per signal a product and a sum. */
export const PAIRING_GAS = 181_000;
export const SIGNAL_GAS = 6_150;

const FLOOR = (PAIRING_GAS + 6 * SIGNAL_GAS).toLocaleString("en-US");

const CLAIM = "the book is closed; whoever settles first in an epoch pays for closing";
const EPOCH = "opens the book of the day; after a day with work also closes that one and pays the node its reward";
const MODEL =
  "reads and hashes head and transcript of every chain; 44,200 of it enter the model in the list of its owner, 22,100 from the second on";
const SETTLED =
  "counting, fees, reputation and points: 215,000 once for each result, of it 26,100 the transaction with 25 words of terms, and 51,300 for each verifier";
const PROFILE = "see its profile";
const FIRST = "writes the chain's cursor for the first time";
const SECTION = "see cost against the number of nodes";
const TELLS =
  "one completion in six of a new node, fewer later: the score rose by 0.05 since the scheduler heard of it; the first change in its period, in a tree of one node";

/** Numbers of nodes, as they end the names of operations, with the target of a draw. */
const DRAWS: Readonly<Record<string, number>> = {
  "1,000 nodes": 45_000,
  "10,000 nodes": 55_000,
  "1,000,000 nodes": 70_000,
};

const drawTargets = Object.entries(DRAWS).flatMap(([nodes, gas]) =>
  ["", "bonded, "].flatMap((bond) => [
    [`assign: first of a chain, ${bond}${nodes}`, { gas, note: `${FIRST}; ${SECTION}` }] as const,
    [`assign: later step, ${bond}${nodes}`, { gas, note: nodes === "10,000 nodes" ? PROFILE : SECTION }] as const,
  ]),
);

const weightTargets = ["poke", "sync of reputation"].flatMap((call) =>
  ["first in a period", "typical"].map(
    (when) => [`weight update: ${call}, ${when}, 10,000 nodes`, { gas: 40_000, note: SECTION }] as const,
  ),
);

/** Gas targets by operation. An operation without a line has neither. */
export const TARGETS: Readonly<Record<string, Target>> = {
  "register circuit": { note: "once per circuit; stores the verifying key as code and checks its points by pairings" },
  "register node": { gas: 200_000, note: "one call; being drawn needs a measurement as well, next three lines" },
  "benchmark, first: conclude, 2 signatures": { note: "activates the node and plants its first weight" },
  "poke: node that fell silent": { note: "takes its weight out of the tree" },
  "expire: challenge, node removed without stake": { note: "with the verdict that removes the node" },
  "publish: first ever": { note: "the escrow's total goes from zero once for ever" },
  "publish: 4 fragments": { gas: 150_000, note: "one slot of state, one of escrow" },
  "publish: 64 chains x 1,000 steps": {
    gas: 150_000,
    note: "64,000 fragments cost what 4 cost; the difference is bytes of calldata",
  },
  "cancel: 64 chains, every draw decided": { note: "the worst case: reads one slot per chain" },
  "assign: first of a chain, 1 node": { note: FIRST },
  "submit, network: first of chain and epoch": { note: EPOCH },
  "submit, market: first of chain": { note: "three slots of the chain and two debts are written for the first time" },
  "submit, market: first of chain and epoch": { note: EPOCH },
  "submit, market: warm": { gas: 330_000, note: PROFILE },
  "submit, market: warm, bonded": { gas: 330_000, note: PROFILE },
  "submit, market: warm, tells the scheduler": { gas: 330_000, note: TELLS },
  "submit, market: warm, bonded, tells the scheduler and changes its tier": {
    gas: 330_000,
    note: `two trees are written; ${TELLS}`,
  },
  "submit, market: warm, completes the task": {
    note: "the node's sixth completion: tells the scheduler, and the node changes its tier, so two trees are written",
  },
  "submit, network: warm, completes the task": { gas: 330_000, note: "no escrow; the rest as on the market" },
  "verify alone: 6 public signals": {
    gas: 215_000,
    note: `precompile prices alone are 181,000 + 6 x 6,150 = ${FLOOR}, the transaction 28,700: the target is below the price of this proof system`,
  },
  "verify batch: 32 proofs": {
    gas: 60_000,
    per: 32,
    note: "N + 3 pairings; precompiles, transaction and bytes alone are 60,065; see its profile",
  },
  "submit batch: 16, one node, bonded, warm": { gas: 125_000, per: 16, note: "all in; see the profile of 32" },
  "submit batch: 32, one node, bonded, warm": { gas: 110_000, per: 32, note: `all in; ${PROFILE}` },
  "submit batch: 16, one node, bonded, relayed, warm": { gas: 125_000, per: 16, note: "with a signature for each" },
  "submit batch: 32, one node, bonded, relayed, warm": { gas: 110_000, per: 32, note: "with a signature for each" },
  "register model: 1 chain": { note: MODEL },
  "register model: 2 chains": { note: MODEL },
  "settle: 1 node, first CXT of the payout address": { gas: 80_000, note: `17,100 of it opens the balance; ${CLAIM}` },
  "settle: 1 node, later reward": { gas: 80_000, note: CLAIM },
  "settle: 1 node, closing the epoch": {
    note: "closes the book and releases the day's rewards from the pool, then pays",
  },
  "settle: 50 nodes, closing the epoch, first CXT of the payout address": { gas: 45_000, per: 50 },
  "settle: 50 nodes, closing the epoch, later reward": { gas: 45_000, per: 50 },
  "slash: first ever of a node": {
    gas: 100_000,
    note: "slots of the slasher, the treasury and the trees are written for the first time",
  },
  "slash: later": { gas: 100_000, note: PROFILE },
  "stake: first, 10,000 nodes": { gas: 200_000, note: PROFILE },
  "stake: top-up, 10,000 nodes": { gas: 110_000, note: PROFILE },
  "reassign: without bond, first miss of the node": {
    note: "a miss is a verdict: reputation, and the scheduler hears of it",
  },
  "reassign: bonded, first miss of the node": { note: `the same, and the bond is slashed; ${PROFILE}` },
  "work publish: first ever": { note: "the escrow's total goes from zero once for ever" },
  "work publish: 1 fragment": { gas: 150_000, note: "as of 64 fragments" },
  "work publish: 64 fragments": {
    gas: 150_000,
    note: `the same for any number of fragments; 25 words of terms: the transaction with them 26,000, their event 8,400; two new slots 40,100, deposit 51,200; ${PROFILE}`,
  },
  "work submitProved: warm": {
    gas: 330_000,
    note: `verification and the transaction are 256,100 of it, slots of the market 48,200, permissions 31,200; ${PROFILE}`,
  },
  "work audit: opens a case": { note: "chance chose it, one in four of a node of such reputation" },
  "committee commit: first of 3": { gas: 60_000 },
  "committee commit: second of 3": { gas: 60_000 },
  "committee commit: last of 3": { gas: 60_000 },
  "committee reveal: first of 3": { gas: 60_000, note: "opens the revealing as well" },
  "committee reveal: second of 3": { gas: 60_000 },
  "committee reveal: last of 3": { gas: 60_000 },
  "committee conclude: 3 verifiers": { note: "counting alone, which the next line does as well" },
  "work decide: 3 verifiers": { gas: 50_000, per: 3, note: `${SETTLED}; ${PROFILE}` },
  "work decide: 7 verifiers": { gas: 50_000, per: 7, note: SETTLED },
  "work decide: 7 verifiers, first of each": { note: "first fee of each payout address, first points of each node" },
  "work finalise: accepted, 3 verifiers": { note: "pays the node and lets go of the stake of all four" },
  "work finalise: rejected, first slash of the node, 3 verifiers": {
    note: `slots of slasher, treasury and trees are new, as with "slash: first ever of a node"; ${PROFILE}`,
  },
  "court draw: 3 votes of 12 jurors": { note: "three jurors, a vote each" },
  "court execute: the result is right": {
    note: `pays the node and slashes three verifiers who rejected it, each for the first time; ${PROFILE}`,
  },
  "stake: second position": { note: "like all of these the first change of weight in its period, among ten nodes" },
  ...Object.fromEntries<Target>([...drawTargets, ...weightTargets]),
};

/** Targets that are measured elsewhere. */
export const MEASURED_ELSEWHERE: readonly string[] = ["governance: see [governance.md](governance.md)"];
