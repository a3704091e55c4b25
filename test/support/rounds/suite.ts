// The suite with circuits for rounds that everything can be proved with, and an owner whose CXT the escrow of rounds may take.
import { id } from "ethers";

import { extendRoundTranscript } from "../../../packages/sdk/src/actions/read-settled-round-fragments.ts";
import { deploySuite as deployPlain, loadFixture, type Suite } from "../market/suite.ts";
import { deployStaked } from "../market/stake.ts";
import { TrapdoorCircuit } from "./trapdoor.ts";

export { extendRoundTranscript, loadFixture };

/** Most lanes of the tasks that the tests publish; each number of them needs a circuit of its own. */
export const LANES = [1, 2, 3, 4, 16] as const;

const gradient = new TrapdoorCircuit({
  name: "Gradient",
  schema: "weights,gradient,batch,loss,ctx",
  publicSignals: 5,
});
const evaluate = new TrapdoorCircuit({
  name: "Evaluate",
  params: [8, 4],
  schema: "weights,batch,loss,correct,ctx",
  publicSignals: 5,
  workUnits: 32n,
});
const apply = Object.fromEntries(
  LANES.map((lanes) => [
    lanes,
    new TrapdoorCircuit({
      name: "Apply",
      params: [lanes],
      schema: `weights,newWeights,gradients[${lanes}],shares[${lanes}],ctx`,
      publicSignals: 2 * lanes + 3,
      workUnits: BigInt(16 * lanes),
    }),
  ]),
);

/** The circuit that applies `lanes` gradients. */
export function applyCircuit(lanes: number): TrapdoorCircuit {
  const circuit = apply[lanes];
  if (circuit === undefined) throw new Error(`no circuit for ${lanes} lanes`);
  return circuit;
}

async function withRounds<S extends Suite>(suite: S) {
  const { admin, owner, token, roundEscrow } = suite;
  for (const circuit of [gradient, evaluate, ...Object.values(apply)]) await circuit.register(suite, admin);
  await token.connect(owner).approve(roundEscrow, 2n ** 255n);
  return { ...suite, circuits: { gradient, evaluate } };
}

/** Three nodes without stake, an owner with about one CXT. */
export async function deployRounds() {
  return withRounds(await deployPlain());
}

/** Three staked nodes, an owner with 3,000 CXT. */
export async function deployStakedRounds() {
  return withRounds(await deployStaked());
}

export type RoundSuite = Awaited<ReturnType<typeof deployRounds>>;

/** Digest that submissions name. */
export const ARTIFACT = id("artifact");
