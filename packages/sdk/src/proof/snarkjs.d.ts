/** The part of snarkjs that Corex uses; the package ships no types. */
declare module "snarkjs" {
  /** A file: a path, or a buffer in memory. */
  export type FileLike = string | Uint8Array | { type: "mem"; data?: Uint8Array };

  export interface Logger {
    debug(message: string): void;
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  }

  /** A group of the curve; points as files have them: affine, Montgomery, little endian. */
  export interface CurveGroup {
    /** Writes the big-endian form that is hashed. */
    toRprUncompressed(target: Uint8Array, offset: number, point: Uint8Array): void;
  }

  export interface Curve {
    readonly name: string;
    readonly G1: CurveGroup;
    readonly G2: CurveGroup;
    terminate(): Promise<void>;
  }

  export interface Groth16ProofJson {
    readonly pi_a: readonly [string, string, string];
    readonly pi_b: readonly [readonly [string, string], readonly [string, string], readonly [string, string]];
    readonly pi_c: readonly [string, string, string];
    readonly protocol: "groth16";
    readonly curve: "bn128";
  }

  export interface VerificationKeyJson {
    /** Only in the files of development keys: begins with DEV-ONLY. */
    readonly warning?: string;
    readonly protocol: "groth16";
    readonly curve: "bn128";
    readonly nPublic: number;
    readonly vk_alpha_1: readonly string[];
    readonly vk_beta_2: readonly (readonly string[])[];
    readonly vk_gamma_2: readonly (readonly string[])[];
    readonly vk_delta_2: readonly (readonly string[])[];
    readonly IC: readonly (readonly string[])[];
  }

  export type SignalInput = bigint | string | number | readonly SignalInput[];

  export const groth16: {
    prove(
      zkey: FileLike,
      witness: FileLike,
      logger?: Logger,
      options?: { singleThread?: boolean },
    ): Promise<{ proof: Groth16ProofJson; publicSignals: string[] }>;
    verify(
      verificationKey: VerificationKeyJson,
      publicSignals: readonly string[],
      proof: Groth16ProofJson,
      logger?: Logger,
    ): Promise<boolean>;
    exportSolidityCallData(proof: Groth16ProofJson, publicSignals: readonly string[]): Promise<string>;
  };

  export const wtns: {
    calculate(input: Readonly<Record<string, SignalInput>>, wasm: FileLike, output: FileLike): Promise<void>;
    check(r1cs: FileLike, witness: FileLike, logger?: Logger): Promise<boolean>;
    exportJson(witness: FileLike): Promise<bigint[]>;
  };

  export const r1cs: {
    info(
      file: FileLike,
      logger?: Logger,
    ): Promise<{
      readonly nConstraints: number;
      readonly nVars: number;
      readonly nOutputs: number;
      readonly nPubInputs: number;
      readonly nPrvInputs: number;
    }>;
  };

  export const curves: {
    getCurveFromName(name: string, options?: { singleThread?: boolean }): Promise<Curve>;
  };

  export const powersOfTau: {
    newAccumulator(curve: Curve, power: number, file: FileLike, logger?: Logger): Promise<Uint8Array>;
    beacon(
      from: FileLike,
      to: FileLike,
      name: string,
      beaconHash: string,
      iterationsExponent: number,
      logger?: Logger,
    ): Promise<Uint8Array>;
    preparePhase2(from: FileLike, to: FileLike, logger?: Logger): Promise<void>;
  };

  export interface ZkeyContribution {
    readonly name?: string;
    readonly type: 0 | 1;
    readonly contributionHash: Uint8Array;
  }

  export const zKey: {
    newZKey(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<Uint8Array | -1>;
    beacon(
      from: FileLike,
      to: FileLike,
      name: string,
      beaconHash: string,
      iterationsExponent: number,
      logger?: Logger,
    ): Promise<Uint8Array | false>;
    /** `entropy` is mixed with random bytes of the system. */
    contribute(from: FileLike, to: FileLike, name: string, entropy: string, logger?: Logger): Promise<Uint8Array>;
    verifyFromInit(initial: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<boolean>;
    verifyFromR1cs(r1cs: FileLike, ptau: FileLike, zkey: FileLike, logger?: Logger): Promise<boolean>;
    exportVerificationKey(zkey: FileLike, logger?: Logger): Promise<VerificationKeyJson>;
    exportJson(zkey: FileLike): Promise<Readonly<Record<string, unknown>>>;
  };
}
