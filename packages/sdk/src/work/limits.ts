import { CorexError } from "../errors.ts";
import type { WorkName } from "./work-kind.ts";

/** Bytes of a spec: 256 KiB. */
export const MAX_SPEC_BYTES = 2 ** 18;

/** Bytes of a manifest: 4 MiB, enough for {@link MAX_FRAGMENTS} content ids. */
export const MAX_MANIFEST_BYTES = 2 ** 22;

/** Bytes of an input, a parameter document or a file of labels: 16 MiB. */
export const MAX_INPUT_BYTES = 2 ** 24;

/** Largest `maxResultBytes` of a spec: 16 MiB. */
export const MAX_RESULT_BYTES = 2 ** 24;

/** Fragments of one manifest. */
export const MAX_FRAGMENTS = 2 ** 16 - 1;

/** Rows or items of one input. */
export const MAX_ROWS = 2 ** 16;

/** Columns of a row, or outputs of a model. */
export const MAX_WIDTH = 2 ** 12;

/** Bits of a signed value of an input, so that it is exact as a JSON number. */
export const MAX_VALUE_BITS = 48;

/**
 * Work units that one fragment may take. A fragment that needs more is too large: nobody executes or checks it, so a hostile
 * publisher cannot tie up a node for long.
 */
export const MAX_UNITS: Readonly<Record<WorkName, number>> = {
  inference: 2 ** 28,
  labelling: 2 ** 28,
  features: 2 ** 27,
  preprocessing: 2 ** 24,
  training: 2 ** 32,
};

/** Work units that one fragment can declare, as the market bounds them: nobody measures work that has no circuit. */
export const MAX_DECLARED_UNITS: Readonly<Record<WorkName, number>> = {
  inference: 1e9,
  labelling: 1e6,
  features: 1e9,
  preprocessing: 1e8,
  training: 1e10,
};

/** @throws CorexError WORK_TOO_LARGE when a fragment needs more units than its kind allows. */
export function requireAffordable(work: WorkName, units: number): void {
  if (units <= MAX_UNITS[work]) return;
  throw new CorexError("WORK_TOO_LARGE", `the fragment needs ${units} units, ${work} allows ${MAX_UNITS[work]}`, {
    retry: "after-change",
    details: { work, units, limit: MAX_UNITS[work] },
  });
}

/** Bytes of the shortest decimal string in a document, with its quotes and comma. */
const MIN_VALUE_BYTES = 4;

/**
 * Checked before anything is computed, so that a small input cannot ask for more values than memory holds.
 *
 * @throws CorexError WORK_RESULT_TOO_LARGE when so many values cannot fit the result.
 */
export function requireValuesFit(values: number, { maxResultBytes }: { readonly maxResultBytes: number }): void {
  if (values * MIN_VALUE_BYTES <= maxResultBytes) return;
  throw resultTooLarge(`${values} values cannot fit`, maxResultBytes);
}

/** @throws CorexError WORK_RESULT_TOO_LARGE when a result is larger than the spec allows. */
export function requireResultSize(result: Uint8Array, { maxResultBytes }: { readonly maxResultBytes: number }): void {
  if (result.length > maxResultBytes) throw resultTooLarge(`${result.length} bytes do not fit`, maxResultBytes);
}

function resultTooLarge(problem: string, maxResultBytes: number): CorexError {
  return new CorexError("WORK_RESULT_TOO_LARGE", `${problem} a result of ${maxResultBytes} bytes`, {
    retry: "after-change",
    details: { maxResultBytes },
  });
}
