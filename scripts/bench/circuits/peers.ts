/** What another project reaches, with where the figure comes from. */
export interface Peer {
  readonly what: string;
  readonly figure: string;
  readonly project: string;
  readonly source: string;
}

const CIRCOMLIB_ML = "socathie/circomlib-ml at c82b307, compiled with circom 2.2.3 at `--O1`";
const SNARKJS = "verifier template of snarkjs 0.7.6, measured";

/** Names of the figures that peers are set beside. */
export const PEER_FIGURES = {
  multiplication: "constraints per multiply-accumulate",
  activation: "constraints per activation",
  value: "constraints per committed 16-bit value",
  verify: "gas of verifying one proof alone",
  batch: "gas per proof, verified in a batch of 32",
  submit: "gas of submitting one proved result",
  proof: "bytes of a proof",
  key: "bytes of a verification key",
  prover: "proving time, as a part of that of snarkjs",
} as const;

/**
 * Figures of others. They are quoted, not measured by this command; "measured" says that the source was compiled or run
 * when the circuits were designed, "read" that it is what the authors publish.
 */
export const PEERS: readonly Peer[] = [
  {
    what: PEER_FIGURES.multiplication,
    figure: "32",
    project: "circomlib-ml 2.3.0, inference alone: 1,965,828 for 61,000; can be forged, remainders are asserted only",
    source: CIRCOMLIB_ML,
  },
  {
    what: PEER_FIGURES.activation,
    figure: "517",
    project: "circomlib-ml 2.3.0, `ReLU` alone; can be forged: the bits of x + p prove ReLU(5) = 0",
    source: CIRCOMLIB_ML,
  },
  {
    what: PEER_FIGURES.value,
    figure: "38",
    project: "circomlib, a Poseidon lane for each value, no range check",
    source: "iden3/circomlib at 35e54ea: 612 for 16 lanes, measured",
  },
  {
    what: PEER_FIGURES.verify,
    figure: "222,000",
    project: "snarkjs, 6 public signals, without the transaction: 181,000 + 6,690 for each signal",
    source: SNARKJS,
  },
  {
    what: PEER_FIGURES.verify,
    figure: "about 1,400,000",
    project: "Heiss et al. 2022, gradient of a layer of 9 x 6: weights, signs and new weights are 183 public signals",
    source: "NikolasHaimerl's repository at 3cda3af; signals read, gas calculated",
  },
  {
    what: PEER_FIGURES.batch,
    figure: "66,000 to 143,000",
    project: "NEBRA UPA, aggregation by recursion, batch of 32: verification, submission and query, no settlement",
    source: "nebra.one/article/upa_gas, read",
  },
  {
    what: PEER_FIGURES.batch,
    figure: "70,400",
    project: "prototype of the same N + 3 pairings, 9 public signals",
    source: "design study of Corex, measured",
  },
  {
    what: PEER_FIGURES.submit,
    figure: "459,000 to 569,000",
    project: "typical: 269,000 to verify, 190,000 to 300,000 to submit",
    source: "survey of task networks, measured and read",
  },
  {
    what: PEER_FIGURES.proof,
    figure: "1,630,000",
    project: "Kaizen, a whole training by recursion over GKR",
    source: "ePrint 2024/162, read",
  },
  {
    what: PEER_FIGURES.proof,
    figure: "below 20,000",
    project: "zkDL, a training step; no verifier for the EVM",
    source: "arXiv 2307.16273, read",
  },
  {
    what: PEER_FIGURES.proof,
    figure: "320",
    project: "Bionetta, inference with public weights",
    source: "arXiv 2510.06784, read",
  },
  {
    what: PEER_FIGURES.key,
    figure: "4,200,000 and 650,000",
    project: "ezkl and zkml, inference",
    source: "arXiv 2510.06784, read",
  },
  {
    what: PEER_FIGURES.prover,
    figure: "0.08 to 0.2",
    project: "rapidsnark, 100,000 to 3,200,000 constraints, Ryzen 9950X; the SDK can run it when it is installed",
    source: "chart of ingonyama-zk/icicle-snark at f311526, read",
  },
];
