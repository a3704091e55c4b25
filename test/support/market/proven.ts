import { circuitEntry } from "./proofs.ts";
import { deploySuite, loadFixture } from "./suite.ts";
import { inverseR, mulG1, mulG2, P, wordsG1, type Fp2, type G2 } from "./curve.ts";
import { LinearTask, type Proof } from "./task.ts";

/** An assigned fragment, its proved submission, and the public inputs of the proof. */
export async function provenStep() {
  const suite = await loadFixture(deploySuite);
  const task = await LinearTask.create(suite, { owner: suite.owner });
  await task.publish();
  const operator = await task.assign(0);
  const submission = await task.submission(0, operator.address);
  const { weights, newWeights, gradient, batch, loss, proof } = submission;
  const context = await suite.market.contextOf(suite.circuit, task.id, 0, 0, operator);
  const inputs = [weights, newWeights, gradient, batch, loss, context];
  return { ...suite, suite, task, operator, submission, proof, inputs, names: circuitEntry().publicSignals };
}

/** Another proof of the same statement, as anyone can make it: (tA, B/t, C). */
export function rerandomise({ a, b, c }: Proof, t: bigint): Proof {
  const pointB: [Fp2, Fp2] = [
    [b[0][1], b[0][0]],
    [b[1][1], b[1][0]],
  ];
  return { a: wordsG1(mulG1(a, t)), b: wordsG2(mulG2(pointB, inverseR(t))), c };
}

/** Another encoding of the same proof: (-A, -B, C). */
export function negated({ a, b, c }: Proof): Proof {
  const [[x1, x0], [y1, y0]] = b;
  return {
    a: [a[0], P - a[1]],
    b: [
      [x1, x0],
      [negate(y1), negate(y0)],
    ],
    c,
  };
}

function negate(value: bigint): bigint {
  return value === 0n ? 0n : P - value;
}

function wordsG2(point: G2): Proof["b"] {
  if (point === null)
    return [
      [0n, 0n],
      [0n, 0n],
    ];
  const [[x0, x1], [y0, y1]] = point;
  return [
    [x1, x0],
    [y1, y0],
  ];
}
