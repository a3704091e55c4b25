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
const EPOCH = "opens the day's book; beyond that also pays the reward of the day before";
const DRAW = "terms travel as calldata, and the draw reads the active set as it was: see the third profile";
const MODEL = "reads and hashes head and transcript of every chain";

/** Gas targets by operation. Operations without a line have no target and say nothing special. */
export const TARGETS: Readonly<Record<string, Target>> = {
  "register circuit": { note: "once per circuit; stores the verifying key as code and checks its points by pairings" },
  "register node": { gas: 200_000, note: "one call; being drawn needs an attested benchmark as well, next line" },
  "submit benchmark (first)": { note: "activates the node: four new slots of the active set's history" },
  "publish: first ever": { note: "the escrow's total goes from zero once for ever" },
  "publish: 4 fragments": { gas: 150_000, note: "one slot of state, one of escrow" },
  "publish: 64 chains x 1,000 steps": {
    gas: 150_000,
    note: "64,000 fragments cost what 4 cost; the difference is bytes of calldata",
  },
  "cancel: 64 chains, every draw decided": { note: "the worst case: reads one slot per chain" },
  "assign: first of a chain, 1 node": { note: "writes the chain's cursor for the first time: 17,100 more than later" },
  "assign: later step, 1 node": { gas: 45_000, note: DRAW },
  "assign: first of a chain, 1,000 nodes": {
    gas: 45_000,
    note: `${DRAW}; the first of a chain costs 17,100 more than later ones`,
  },
  "submit, network: first of chain and epoch": { note: EPOCH },
  "submit, market: first of chain": { note: "three slots of the chain and two debts are written for the first time" },
  "submit, market: first of chain and epoch": { note: EPOCH },
  "submit, market: warm": {
    gas: 330_000,
    note: "everything of one fragment in one transaction; see the first profile",
  },
  "submit, network: warm, completes the task": { gas: 330_000, note: "no escrow; the rest as in the first profile" },
  "verify alone: 6 public signals": {
    gas: 215_000,
    note: `precompile prices alone are 181,000 + 6 x 6,150 = ${FLOOR}, the transaction 28,700: the target is below the price of this proof system`,
  },
  "register model: 1 chain": { note: MODEL },
  "register model: 2 chains": { note: MODEL },
  "settle: 1 node, first CXT of the payout address": { gas: 80_000, note: `17,100 of it opens the balance; ${CLAIM}` },
  "settle: 1 node, later reward": { gas: 80_000, note: CLAIM },
  "settle: 1 node, closing the epoch": {
    note: "closes the book and releases the day's rewards from the pool, then pays",
  },
  "settle: 50 nodes, closing the epoch, first CXT of the payout address": { gas: 45_000, per: 50 },
  "settle: 50 nodes, closing the epoch, later reward": { gas: 45_000, per: 50 },
};

/** Targets of features that this version does not have. */
export const NOT_BUILT: readonly string[] = [
  "stake, weight updates and the weighted draw (the scheduler is an interface; this one draws uniformly)",
  "proofs in batches of 16 or 32: every proof is submitted and verified alone",
  "committees, slashing, governance votes",
  "circuits for networks with activations, and the training step of an MLP",
];
