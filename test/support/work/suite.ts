// The suite with a market of work, whose review is a signer, and a circuit that everything can be proved with.
import { ROLES } from "../../../deploy/authority.ts";
import { deployRich, deployStaked } from "../market/stake.ts";
import { loadFixture, type Suite } from "../market/suite.ts";
import { TrapdoorCircuit } from "../rounds/trapdoor.ts";

export { loadFixture };

const evaluate = new TrapdoorCircuit({
  name: "Evaluate",
  params: [8, 4],
  schema: "weights,batch,loss,correct,ctx",
  publicSignals: 5,
  workUnits: 32n,
});

/** A circuit with the public signals of another part. */
const gradient = new TrapdoorCircuit({
  name: "Gradient",
  schema: "weights,gradient,batch,loss,ctx",
  publicSignals: 5,
});

async function withWork<S extends Suite>(suite: S) {
  const { admin, owner, token, accessManager, signer, workMarket: work, workEscrow } = suite;
  const review = signer(11);
  await accessManager.grantRole(ROLES.REVIEW, review, 0);
  for (const circuit of [evaluate, gradient]) await circuit.register(suite, admin);
  await token.connect(owner).approve(workEscrow, 2n ** 255n);
  return {
    ...suite,
    work,
    review,
    asReview: work.connect(review),
    circuits: { evaluate, gradient },
  };
}

/** Three nodes without stake, an owner with 3,000 CXT. */
export async function deployWork() {
  return withWork(await deployRich());
}

/** Three nodes staked with 1,000 CXT each, an owner with 3,000 CXT. */
export async function deployStakedWork() {
  return withWork(await deployStaked());
}

export type WorkSuite = Awaited<ReturnType<typeof deployWork>>;
