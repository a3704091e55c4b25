// Circuits whose setup is known: who knows the trapdoor of a Groth16 key proves any statement with it. So the real registry and
// the real verifier check every test, and a proof is still worth nothing for any other statement.
import { id } from "ethers";

import { G1_GENERATOR, G2_GENERATOR, inverseR, mulG1, mulG2, R, wordsG1, type G2 } from "../market/curve.ts";
import { circuitHash } from "../market/hashes.ts";
import type { Corex, Signer } from "../market/suite.ts";
import type { Proof } from "../market/task.ts";

/** Scalars of the key: small, different, and known. */
const [ALPHA, BETA, GAMMA, DELTA, B] = [3n, 5n, 7n, 11n, 13n];

/** A circuit that proves whatever it is asked to. */
export class TrapdoorCircuit {
  readonly name: { name: string; version: number; params: number[] };
  readonly schema: string;
  readonly publicSignals: number;
  readonly workUnits: bigint;

  constructor(options: { name: string; params?: number[]; schema: string; publicSignals: number; workUnits?: bigint }) {
    this.name = { name: options.name, version: 1, params: options.params ?? [8, 8] };
    this.schema = options.schema;
    this.publicSignals = options.publicSignals;
    this.workUnits = options.workUnits ?? 64n;
  }

  get id(): string {
    return circuitHash(this.name.name, this.name.version, this.name.params);
  }

  /** What `CircuitRegistry.register` takes. */
  registration() {
    const terms = {
      schema: id(this.schema),
      transcript: id("trapdoor"),
      workUnits: this.workUnits,
      publicSignals: this.publicSignals,
      devOnly: true,
    };
    return [this.name, terms, this.key()] as const;
  }

  async register({ circuitRegistry }: Pick<Corex, "circuitRegistry">, registrar: Signer): Promise<void> {
    await circuitRegistry.connect(registrar).register(...this.registration());
  }

  /** The verifying key: alpha, beta, gamma, delta and the points of the inputs. */
  key(): bigint[] {
    const inputs = Array.from({ length: this.publicSignals + 1 }, (_, index) =>
      wordsG1(mulG1(G1_GENERATOR, icScalar(index))),
    );
    return [
      ...wordsG1(mulG1(G1_GENERATOR, ALPHA)),
      ...[BETA, GAMMA, DELTA].flatMap((scalar) => wordsG2(mulG2(G2_GENERATOR, scalar)).flat()),
      ...inputs.flat(),
    ];
  }

  /** A proof of `inputs`: A = G1, B = 13 G2, and the C that makes the equation hold. */
  prove(inputs: readonly bigint[]): Proof {
    if (inputs.length !== this.publicSignals) throw new Error(`${inputs.length} inputs for ${this.publicSignals}`);
    const sum = inputs.reduce((total, input, index) => (total + input * icScalar(index + 1)) % R, icScalar(0));
    const c = ((((B - ALPHA * BETA - sum * GAMMA) % R) + R) * inverseR(DELTA)) % R;
    return { a: wordsG1(G1_GENERATOR), b: wordsG2(mulG2(G2_GENERATOR, B)), c: wordsG1(mulG1(G1_GENERATOR, c)) };
  }
}

function icScalar(index: number): bigint {
  return BigInt(17 + index);
}

function wordsG2(point: G2): Proof["b"] {
  if (point === null) throw new Error("the point at infinity");
  const [[x0, x1], [y0, y1]] = point;
  return [
    [x1, x0],
    [y1, y0],
  ];
}
