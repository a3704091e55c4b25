import { expect } from "chai";
import { AbiCoder, concat, id, keccak256, toBeHex } from "ethers";

import { addG1, inverseR, mulG1, P, pointOffGroupG2, R, wordsG1 } from "../support/market/curve.ts";
import { negated, rerandomise } from "../support/market/proven.ts";
import { deployBare, ethers, loadFixture } from "../support/market/suite.ts";
import type { Proof } from "../support/market/task.ts";
import { baseG1, forge, forgeMany, registerTrapdoor } from "../support/market/trapdoor.ts";

const ALL_ONES = 2n ** 256n - 1n;
const PRINT = process.env["COREX_GAS"] !== undefined;
const PROOF_TYPE = "tuple(uint256[2] a, uint256[2][2] b, uint256[2] c)";

/** The verifier with a circuit of known secrets. */
async function deployTrapdoor() {
  const bare = await deployBare();
  return { ...bare, trapdoor: await registerTrapdoor(bare) };
}

/** A verifier and a batch of `count` valid proofs. */
async function batchOf(count: number) {
  const suite = await loadFixture(deployTrapdoor);
  const { proofs, statements } = forgeMany(count);
  return {
    ...suite,
    verifier: suite.proofVerifier,
    circuit: suite.trapdoor,
    proofs,
    statements,
    inputs: statements.flat(),
  };
}

type Batch = Awaited<ReturnType<typeof batchOf>>;

/** Expects that the batch is refused as a whole. */
async function expectInvalid({ verifier, circuit }: Batch, proofs: Proof[], inputs: bigint[]): Promise<void> {
  await expect(verifier.verifyBatch(circuit, proofs, inputs))
    .to.be.revertedWithCustomError(verifier, "ProofVerifierInvalidBatch")
    .withArgs(circuit, BigInt(proofs.length));
}

/** The coefficient of each proof, from the specification. */
async function coefficients({ verifier, circuitRegistry, circuit }: Batch, proofs: Proof[], inputs: bigint[]) {
  const abi = AbiCoder.defaultAbiCoder();
  const code = await ethers.provider.getCode((await circuitRegistry.keyOf(circuit)).pointer);
  const { chainId } = await ethers.provider.getNetwork();
  const head = abi.encode(
    ["bytes32", "bytes32", "uint256", "address", "uint256", "uint256"],
    [keccak256(code), circuit, chainId, await verifier.getAddress(), proofs.length, inputs.length],
  );
  const bodies = proofs.map((proof) => abi.encode([PROOF_TYPE], [proof]));
  const seed = keccak256(concat([head, ...bodies, ...inputs.map((input) => toBeHex(input, 32))]));
  return proofs.map((_, index) =>
    index === 0 ? 1n : BigInt(keccak256(abi.encode(["bytes32", "uint256"], [seed, index]))) % 2n ** 128n,
  );
}

/** A proof whose C is moved by `scalar` times the generator: a proof of nothing. */
function moved(proof: Proof, scalar: bigint): Proof {
  return { ...proof, c: wordsG1(addG1(proof.c, baseG1(((scalar % R) + R) % R))) };
}

// ProofVerifier.verifyBatch
// ├── when the batch is empty or holds more than 64 proofs
// │   └── it reverts with ProofVerifierBatchSize(count, maximum)
// ├── when the circuit is unknown
// │   └── it reverts with CircuitRegistryUnknownCircuit(circuit)
// ├── when the number of inputs is not that of the proofs
// │   └── it reverts with ProofVerifierInputCount(count, expected)
// ├── when an input is not below the order of the field
// │   └── it reverts with ProofVerifierInputNotInField(index, value)
// ├── when a point of a proof is infinity, not canonical, or A or C not on the curve
// │   └── it reverts with ProofVerifierInvalidBatchPoint(index)
// ├── when any proof proves something else, or its B is not in its group
// │   └── it reverts with ProofVerifierInvalidBatch(circuit, count)
// └── it returns when every proof proves its statement
describe("ProofVerifier.verifyBatch", function () {
  for (const count of [1, 2, 3, 16, 64]) {
    it(`accepts ${count} valid proofs, each of which verify accepts`, async function () {
      const { verifier, circuit, proofs, statements, inputs } = await batchOf(count);
      await verifier.verifyBatch(circuit, proofs, inputs);
      for (const index of [0, count - 1]) {
        await verifier.verify(circuit, proofs[index] as Proof, statements[index] as bigint[]);
      }
    });
  }

  it("reverts for no proof, and for 65", async function () {
    const { verifier, circuit, proofs, inputs } = await batchOf(64);
    for (const [list, values] of [
      [[], []],
      [
        [...proofs, forge(inputs.slice(0, 6), 1n)],
        [...inputs, ...inputs.slice(0, 6)],
      ],
    ] as [Proof[], bigint[]][]) {
      await expect(verifier.verifyBatch(circuit, list, values))
        .to.be.revertedWithCustomError(verifier, "ProofVerifierBatchSize")
        .withArgs(BigInt(list.length), 64n);
    }
  });

  it("reverts when the circuit is unknown", async function () {
    const { verifier, circuitRegistry, proofs, inputs } = await batchOf(2);
    await expect(verifier.verifyBatch(id("unknown"), proofs, inputs))
      .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
      .withArgs(id("unknown"));
  });

  it("reverts when inputs are missing or too many, by one or by a whole proof", async function () {
    const { verifier, circuit, proofs, inputs } = await batchOf(2);
    for (const wrong of [[], inputs.slice(1), [...inputs, 0n], inputs.slice(6), [...inputs, ...inputs.slice(6)]]) {
      await expect(verifier.verifyBatch(circuit, proofs, wrong))
        .to.be.revertedWithCustomError(verifier, "ProofVerifierInputCount")
        .withArgs(BigInt(wrong.length), 12n);
    }
  });

  it("reverts when any input is another value, and names one that is the same plus multiples of r (INV-PRF-2)", async function () {
    const batch = await batchOf(3);
    const { verifier, circuit, proofs, inputs } = batch;
    for (const [index, value] of inputs.entries()) {
      await expectInvalid(batch, proofs, inputs.with(index, (value + 1n) % R));
      for (const alias of [R, value + R, ALL_ONES]) {
        await expect(verifier.verifyBatch(circuit, proofs, inputs.with(index, alias)))
          .to.be.revertedWithCustomError(verifier, "ProofVerifierInputNotInField")
          .withArgs(BigInt(index), alias);
      }
    }
  });

  it("reverts when any word of any proof is another", async function () {
    const { verifier, circuit, proofs, inputs } = await batchOf(2);
    for (const index of proofs.keys()) {
      for (let word = 0; word < 8; word++) {
        const flat = [
          ...(proofs[index] as Proof).a,
          ...(proofs[index] as Proof).b.flat(),
          ...(proofs[index] as Proof).c,
        ];
        flat[word] = ((flat[word] ?? 0n) + 1n) % P;
        const [a0 = 0n, a1 = 0n, b0 = 0n, b1 = 0n, b2 = 0n, b3 = 0n, c0 = 0n, c1 = 0n] = flat;
        const changed: Proof = {
          a: [a0, a1],
          b: [
            [b0, b1],
            [b2, b3],
          ],
          c: [c0, c1],
        };
        const call = expect(verifier.verifyBatch(circuit, proofs.with(index, changed), inputs));
        if (word >= 2 && word < 6) await call.to.be.revertedWithCustomError(verifier, "ProofVerifierInvalidBatch");
        else
          await call.to.be.revertedWithCustomError(verifier, "ProofVerifierInvalidBatchPoint").withArgs(BigInt(index));
      }
    }
  });

  it("names the proof with a point that is infinity, off its curve or not canonical (INV-PRF-3)", async function () {
    const { verifier, circuit, proofs, inputs } = await batchOf(3);
    for (const [index, proof] of proofs.entries()) {
      const [[x1, x0], [y1, y0]] = proof.b;
      const bad: Partial<Proof>[] = [
        ...(["a", "c"] as const).flatMap((point) => {
          const [x, y] = proof[point];
          const values: [bigint, bigint][] = [
            [0n, 0n],
            [1n, 1n],
            [x + P, y],
            [x, y + P],
            [x, P],
            [ALL_ONES, ALL_ONES],
          ];
          return values.map((value) => ({ [point]: value }));
        }),
        ...(
          [
            [0n, 0n, 0n, 0n],
            [x1 + P, x0, y1, y0],
            [x1, x0 + P, y1, y0],
            [x1, x0, y1 + P, y0],
            [x1, x0, y1, y0 + P],
          ] as const
        ).map(([a, b, c, d]): Partial<Proof> => ({
          b: [
            [a, b],
            [c, d],
          ],
        })),
      ];
      for (const change of bad) {
        await expect(verifier.verifyBatch(circuit, proofs.with(index, { ...proof, ...change }), inputs))
          .to.be.revertedWithCustomError(verifier, "ProofVerifierInvalidBatchPoint")
          .withArgs(BigInt(index));
      }
    }
  });

  it("reverts for one bad proof among good ones, wherever it is", async function () {
    const batch = await batchOf(5);
    for (const index of batch.proofs.keys()) {
      const proof = batch.proofs[index] as Proof;
      const [[x1, x0], [y1, y0]] = proof.b;
      const [u1, u0, v1, v0] = pointOffGroupG2();
      const wrong: Proof[] = [
        moved(proof, 1n),
        { ...proof, a: proof.c, c: proof.a },
        { ...proof, a: [proof.a[0], P - proof.a[1]] },
        {
          ...proof,
          b: [
            [x0, x1],
            [y0, y1],
          ],
        },
        {
          ...proof,
          b: [
            [u1, u0],
            [v1, v0],
          ],
        },
      ];
      for (const bad of wrong) await expectInvalid(batch, batch.proofs.with(index, bad), batch.inputs);
    }
  });

  it("reverts when proofs and inputs are in another order", async function () {
    const batch = await batchOf(3);
    const [first, second, third] = batch.proofs as [Proof, Proof, Proof];
    await expectInvalid(batch, [second, first, third], batch.inputs);
    await expectInvalid(batch, [second, third, first], batch.inputs);
    const swapped = [batch.statements[1], batch.statements[0], batch.statements[2]].flat() as bigint[];
    await expectInvalid(batch, batch.proofs, swapped);
    await batch.verifier.verifyBatch(batch.circuit, [second, first, third], swapped);
  });

  it("accepts re-randomised proofs and copies: newness is not its business", async function () {
    const { verifier, circuit, proofs, inputs } = await batchOf(3);
    const [first, second, third] = proofs as [Proof, Proof, Proof];
    await verifier.verifyBatch(circuit, [rerandomise(first, 7n), negated(second), third], inputs);
    const statement = inputs.slice(0, 6);
    await verifier.verifyBatch(
      circuit,
      [first, first, rerandomise(first, R - 2n)],
      [statement, statement, statement].flat(),
    );
  });

  it("refuses forgeries that would cancel, with the coefficients of the batch before the last change (FM-28)", async function () {
    const batch = await batchOf(3);
    const [first, second, third] = batch.proofs as [Proof, Proof, Proof];
    // Without coefficients these two would cancel; with constant ones, too.
    await expectInvalid(batch, [moved(first, 5n), moved(second, -5n), third], batch.inputs);
    // Coefficients that were known before the forgery: those of the honest batch, then those of the forged one, again and again.
    let proofs = batch.proofs;
    for (let round = 0; round < 4; round++) {
      const [, r1 = 0n, r2 = 0n] = await coefficients(batch, proofs, batch.inputs);
      proofs = [first, moved(second, 1n), moved(third, -r1 * inverseR(r2))];
      await expectInvalid(batch, proofs, batch.inputs);
    }
    // The prediction itself is right: with the coefficients of this very batch, C would have to be moved by exactly this.
    const [, r1 = 0n, r2 = 0n] = await coefficients(batch, proofs, batch.inputs);
    const sum = addG1(mulG1(baseG1(1n), r1), mulG1(baseG1(R - ((r1 * inverseR(r2)) % R)), r2));
    expect(sum).to.equal(null);
  });

  it("costs a bounded amount when a proof is bad, and reverts when gas is short", async function () {
    const batch = await batchOf(4);
    const { verifier, circuit, proofs, inputs } = batch;
    const data = verifier.interface.encodeFunctionData("verifyBatch", [circuit, proofs, inputs]);
    const needed = await ethers.provider.estimateGas({ to: await verifier.getAddress(), data });
    for (const share of [3n, 5n, 8n, 9n]) {
      const call = ethers.provider.call({ to: await verifier.getAddress(), data, gasLimit: (needed * share) / 10n });
      const failed = await call.then(
        () => false,
        () => true,
      );
      expect(failed, `${share} tenths of the gas`).to.equal(true);
    }
    const wrong = verifier.interface.encodeFunctionData("verifyBatch", [
      circuit,
      proofs.with(2, { ...(proofs[2] as Proof), c: [1n, 1n] }),
      inputs,
    ]);
    const [from] = await ethers.getSigners();
    const sent = await from!.sendTransaction({ to: verifier, data: wrong, gasLimit: 5_000_000 }).catch(() => undefined);
    expect(sent).to.equal(undefined);
    const { gasUsed } = await lastReceipt();
    expect(gasUsed).to.be.below(needed + 100_000n);
  });

  it("takes at most 65k gas a proof in a batch of 32, as a whole transaction", async function () {
    const figures: string[] = [];
    for (const count of [1, 2, 4, 8, 16, 32, 64]) {
      const { verifier, circuit, proofs, inputs } = await batchOf(count);
      const [from] = await ethers.getSigners();
      const data = verifier.interface.encodeFunctionData("verifyBatch", [circuit, proofs, inputs]);
      await from?.sendTransaction({ to: verifier, data });
      const gas = (await lastReceipt()).gasUsed;
      figures.push(`${count}: ${gas} = ${count} x ${gas / BigInt(count)}`);
      if (count === 32) expect(gas / 32n).to.be.below(65_000n);
    }
    if (PRINT) process.stdout.write(`      gas verifyBatch ${figures.join(", ")}\n`);
  });
});

/** Receipt of the only transaction of the latest block. */
async function lastReceipt() {
  const block = await ethers.provider.getBlock("latest");
  const receipt = await ethers.provider.getTransactionReceipt(block?.transactions[0] ?? "");
  if (receipt === null) throw new Error("no transaction in the latest block");
  return receipt;
}
