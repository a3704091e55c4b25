// FM-23: a proof is replayed on another task, chain index, step, node, chain or contract.
// Public cases: cross-deployment replay of proofs that bound nothing but their public outputs; here every value is bound.
import { expect } from "chai";
import { network } from "hardhat";

import { provenStep } from "../support/market/proven.ts";
import { ROLES } from "../../deploy/authority.ts";
import { connection, decide, deployCorex, joinNode, linearCircuit, nextPeriod } from "../support/market/suite.ts";
import { leaveOnly, operatorOf } from "../support/market/stake.ts";
import { LinearTask } from "../support/market/task.ts";

describe("FM-23: proof replayed elsewhere", function () {
  it("proves nothing for another circuit, task, chain index, step or operator", async function () {
    const { market, proofVerifier, circuit, task, stranger, operator, proof, inputs } = await provenStep();
    const foreign = [
      await market.contextOf(task.id, task.id, 0, 0, operator),
      await market.contextOf(circuit, circuit, 0, 0, operator),
      await market.contextOf(circuit, task.id, 1, 0, operator),
      await market.contextOf(circuit, task.id, 0, 1, operator),
      await market.contextOf(circuit, task.id, 0, 0, stranger),
    ];
    for (const context of foreign) {
      await expect(proofVerifier.verify(circuit, proof, inputs.with(5, context)))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(circuit);
    }
    await proofVerifier.verify(circuit, proof, inputs);
  });

  it("is refused on a task with equal terms but for the nonce", async function () {
    const { suite, market, proofVerifier, nodeRegistry, circuit, operator, submission } = await provenStep();
    // With one node left, the twin is drawn to the very same operator.
    await leaveOnly(suite, operatorOf(suite, await nodeRegistry.nodeOf(operator)));
    const twin = await LinearTask.create(suite, { owner: suite.owner, nonce: 99n });
    await twin.publish();
    expect((await twin.assign(0)).address).to.equal(operator.address);
    await expect(market.connect(operator).submit(twin.terms, submission))
      .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
      .withArgs(circuit);
  });

  it("is refused on another market of the same chain, with the same node, circuit and terms", async function () {
    const { admin, operator, operators, task, submission } = await provenStep();
    const other = await deployCorex(connection);
    const { name, terms, key } = linearCircuit();
    await other.circuitRegistry.register(name, terms, key);
    await other.accessManager.grantRole(ROLES.BENCHMARK, admin, 0);
    await joinNode(other, admin, operator, operators[0].payout);
    await nextPeriod(other);
    // Its own token: the terms cost what nobody has there, so the operations role publishes them without a fee.
    const free = { ...task.terms, owner: admin.address, feePerFragment: 0n };
    await other.market.publishNetwork(free);
    await decide(other, (await other.market.cursorOf(await other.market.taskIdOf(free), 0)).ticket);
    await other.market.assign(free, 0);
    await expect(other.market.connect(operator).submit(free, submission)).to.be.revertedWithCustomError(
      other.proofVerifier,
      "ProofVerifierInvalidProof",
    );
    expect(await other.market.taskIdOf(task.terms)).to.not.equal(task.id);
  });

  it("is refused by the same market at the same address on another chain", async function () {
    const { market, circuit, task, operator, proof, inputs } = await provenStep();
    const elsewhere = await network.create({ network: "default", override: { chainId: 84_532 } });
    const other = await deployCorex(elsewhere);
    const { name, terms, key } = linearCircuit();
    await other.circuitRegistry.register(name, terms, key);
    expect(other.market.target).to.equal(market.target);
    const context = await other.market.contextOf(circuit, task.id, 0, 0, operator.address);
    expect(context).to.not.equal(inputs[5]);
    await other.proofVerifier.verify(circuit, proof, inputs); // the statement of the other chain stays true
    await expect(other.proofVerifier.verify(circuit, proof, inputs.with(5, context)))
      .to.be.revertedWithCustomError(other.proofVerifier, "ProofVerifierInvalidProof")
      .withArgs(circuit);
  });
});
