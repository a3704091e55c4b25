import { canonicalJson } from "../store/canonical-json.ts";
import { CorexError } from "../errors.ts";
import { MAX_RESULT_BYTES, requireResultSize } from "./limits.ts";
import { parseCanonical, readDocument, writeDocument } from "./read-document.ts";
import { abstainOver, accept, reject } from "./verdict.ts";
import { forKind, type KindExecutor, type WorkExecutor } from "./work-executor.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkName } from "./work-kind.ts";
import type { SpecOf } from "./work-spec.ts";

/** Document kind of every result that is the same bytes whoever computes it. */
export const EXACT_RESULT_KIND = "corex/work-result";
/** Characters of a value in the reason of a rejection. */
const MAX_SHOWN = 60;

/** A kind of work whose result follows from spec and input alone. */
export interface ExactKind<N extends WorkName> {
  readonly work: N;
  /** Field of the result that {@link WorkExecutor.lie} falsifies: rows of decimal strings. */
  readonly rows: string;
  /** Fields of the result. */
  readonly compute: (
    spec: SpecOf<N>,
    input: Uint8Array,
    context: WorkContext,
  ) => Promise<Readonly<Record<string, unknown>>>;
  readonly units: KindExecutor<N>["units"];
}

/** Executes by computing, checks by computing again and comparing bytes. */
export function exactExecutor<N extends WorkName>({ work, rows, compute, units }: ExactKind<N>): WorkExecutor {
  const execute = async (spec: SpecOf<N>, input: Uint8Array, context: WorkContext): Promise<Uint8Array> => {
    const fields = await compute(spec, input, context);
    const result = writeDocument(EXACT_RESULT_KIND, { work, fragment: context.fragment, ...fields });
    requireResultSize(result, spec);
    return result;
  };
  return forKind(work, {
    execute,
    async check(spec, input, result, context) {
      if (result.length > spec.maxResultBytes) {
        return reject(`the result has ${result.length} bytes, the spec allows ${spec.maxResultBytes}`);
      }
      let expected: Uint8Array;
      try {
        expected = await execute(spec, input, context);
      } catch (error) {
        return abstainOver(error);
      }
      if (Buffer.compare(expected, result) === 0) return accept("the result is the one computed again, byte for byte");
      return reject(firstDifference(expected, result));
    },
    lie: (result) => falsifyLast(result, rows),
    units,
  });
}

/** Where `actual`, of anyone, first differs from `expected`, in words. The two differ. */
function firstDifference(expected: Uint8Array, actual: Uint8Array): string {
  const format = { code: "WORK_RESULT_INVALID", name: "the result", maxBytes: MAX_RESULT_BYTES };
  let value: unknown;
  try {
    value = parseCanonical(actual, format);
  } catch (error) {
    if (error instanceof CorexError) return error.message;
    throw error;
  }
  return differenceOf("result", parseCanonical(expected, format), value) ?? "the result differs";
}

/** Depth is bounded by that of the expected document. */
function differenceOf(path: string, expected: unknown, actual: unknown): string | undefined {
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) {
    return expected === actual ? undefined : `${path} is ${show(actual)}, expected ${show(expected)}`;
  }
  if (Array.isArray(expected) !== Array.isArray(actual))
    return `${path} is ${show(actual)}, expected ${show(expected)}`;
  const names = Object.keys(expected);
  for (const name of names) {
    const place = Array.isArray(expected) ? `${path}[${name}]` : `${path}.${name}`;
    if (!Object.hasOwn(actual, name)) return `${place} is missing`;
    const found = differenceOf(place, Reflect.get(expected, name), Reflect.get(actual, name));
    if (found !== undefined) return found;
  }
  const extra = Object.keys(actual).find((name) => !Object.hasOwn(expected, name));
  return extra === undefined ? undefined : `${path} has "${extra.slice(0, MAX_SHOWN)}", which nothing asks for`;
}

function show(value: unknown): string {
  const shown = typeof value === "object" && value !== null ? "of another type" : JSON.stringify(value);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}...` : shown;
}

/** The same document with the very last number raised by one unit. */
function falsifyLast(result: Uint8Array, field: string): Uint8Array {
  const format = {
    kind: EXACT_RESULT_KIND,
    code: "WORK_RESULT_INVALID",
    name: "the result",
    maxBytes: MAX_RESULT_BYTES,
  };
  const document = readDocument(result, format);
  const rows = document
    .field(field)
    .items()
    .map((row) => row.items().map((cell) => BigInt(cell.matching(/^-?[0-9]{1,80}$/, "a decimal string"))));
  const last = rows.at(-1) ?? [];
  const falsified = [...rows.slice(0, -1), [...last.slice(0, -1), (last.at(-1) ?? 0n) + 1n]];
  return new TextEncoder().encode(canonicalJson({ ...(document.json() as object), [field]: falsified }));
}
