import { requireField } from "../commit/field.ts";
import { CorexError } from "../errors.ts";

/** Public signals of a circuit by name. */
export type NamedSignals<Name extends string> = Readonly<Record<Name, bigint>>;

/** Converts public signals between names and the order of the circuit. */
export interface SignalCodec<Signals> {
  /** The signals as the verifier takes them. */
  encode(signals: Signals): bigint[];
  /** Reads public signals. @throws CorexError PROOF_SIGNALS_INVALID (number), COMMIT_OUT_OF_FIELD (a value). */
  parse(values: readonly (bigint | string)[]): Signals;
}

/** Codec of a circuit whose public signals are single values. */
export function signalCodec<const Name extends string>(names: readonly Name[]): SignalCodec<NamedSignals<Name>> {
  return {
    encode: (signals) => names.map((name) => signals[name]),
    parse: (values) => {
      const parsed = parseSignals(values, names.length);
      return Object.fromEntries(names.map((name, i) => [name, parsed[i]])) as NamedSignals<Name>;
    },
  };
}

/** Reads `count` field elements. @throws CorexError PROOF_SIGNALS_INVALID (number), COMMIT_OUT_OF_FIELD (a value). */
export function parseSignals(values: readonly (bigint | string)[], count: number): bigint[] {
  if (values.length !== count) {
    throw new CorexError("PROOF_SIGNALS_INVALID", `${values.length} public signals, expected ${count}`, {
      details: { expected: count, actual: values.length },
    });
  }
  return values.map((value, i) => {
    const parsed = BigInt(value);
    requireField(parsed, `public signal ${i}`);
    return parsed;
  });
}
