// The suite with a market of work, whose review is a signer, and a circuit that everything can be proved with.
import { ROLES } from "../../../deploy/authority.ts";
import { deployRich, deployStaked } from "../market/stake.ts";
import { ethers, loadFixture, type Suite } from "../market/suite.ts";
import { TrapdoorCircuit } from "../rounds/trapdoor.ts";
import { WORK_AUTHORITY, WORK_ROLES } from "./authority.ts";

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
  const { admin, owner, token, accessManager, signer } = suite;
  const access = await ethers.deployContract("DatasetAccessDouble");
  const work = await ethers.deployContract("WorkMarket", [
    accessManager,
    {
      registry: suite.nodeRegistry,
      scheduler: suite.scheduler,
      reputation: suite.reputation,
      vault: suite.vault,
      slasher: suite.slasher,
      circuits: suite.circuitRegistry,
      verifier: suite.proofVerifier,
      distributor: suite.rewardDistributor,
    },
    access,
  ]);
  for (const { name, role } of WORK_AUTHORITY) {
    const selector = work.interface.getFunction(name as "accept").selector;
    await accessManager.setTargetFunctionRole(work, [selector], ROLES[role]);
  }
  for (const role of WORK_ROLES) await accessManager.grantRole(ROLES[role], work, 0);
  const review = signer(11);
  await accessManager.grantRole(ROLES.REVIEW, review, 0);
  const workEscrow = await ethers.getContractAt("TaskEscrow", await work.escrow());
  for (const circuit of [evaluate, gradient]) await circuit.register(suite, admin);
  await token.connect(owner).approve(workEscrow, 2n ** 255n);
  return {
    ...suite,
    access,
    work,
    workEscrow,
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
