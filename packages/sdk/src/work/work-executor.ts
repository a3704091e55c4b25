import { CorexError } from "../errors.ts";
import type { Verdict } from "./verdict.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkName } from "./work-kind.ts";
import type { SpecOf, WorkSpec } from "./work-spec.ts";

/** Both sides of a kind of work: who executes it and who checks it. */
export interface WorkExecutor {
  /**
   * The result of a fragment.
   *
   * @throws CorexError WORK_INPUT_INVALID, WORK_TOO_LARGE, WORK_RESULT_TOO_LARGE, those of its kind, and what the store throws.
   */
  execute(spec: WorkSpec, input: Uint8Array, context: WorkContext): Promise<Uint8Array>;
  /** What to say about a result of anyone. Throws only for errors of the program. */
  check(spec: WorkSpec, input: Uint8Array, result: Uint8Array, context: WorkContext): Promise<Verdict>;
  /** A well-formed wrong result, made of a right one. @throws CorexError WORK_RESULT_INVALID when `result` is none. */
  lie(result: Uint8Array): Uint8Array;
  /** Work units that the fragment is worth. @throws CorexError WORK_INPUT_INVALID, and what the store throws. */
  units(spec: WorkSpec, input: Uint8Array, context: Pick<WorkContext, "store">): Promise<number>;
}

/** The same, on the specs of one kind only. */
export interface KindExecutor<N extends WorkName> {
  readonly execute: (spec: SpecOf<N>, input: Uint8Array, context: WorkContext) => Promise<Uint8Array>;
  readonly check: (spec: SpecOf<N>, input: Uint8Array, result: Uint8Array, context: WorkContext) => Promise<Verdict>;
  readonly lie: (result: Uint8Array) => Uint8Array;
  readonly units: (spec: SpecOf<N>, input: Uint8Array, context: Pick<WorkContext, "store">) => Promise<number>;
}

/** An executor that refuses specs of other kinds with WORK_KIND_MISMATCH. */
export function forKind<N extends WorkName>(work: N, kind: KindExecutor<N>): WorkExecutor {
  const narrow = (spec: WorkSpec): SpecOf<N> => {
    if (spec.work === work) return spec as SpecOf<N>;
    throw new CorexError("WORK_KIND_MISMATCH", `the spec asks for ${spec.work}, the fragment is ${work}`);
  };
  return {
    execute: async (spec, input, context) => kind.execute(narrow(spec), input, context),
    check: async (spec, input, result, context) => kind.check(narrow(spec), input, result, context),
    lie: (result) => kind.lie(result),
    units: async (spec, input, context) => kind.units(narrow(spec), input, context),
  };
}
