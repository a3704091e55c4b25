import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { inverse } from "./jacobian.ts";
import { type Interval, type LinearForm, linearForm, provenBit, scaled, signed } from "./linear-form.ts";
import type { R1cs } from "./r1cs.ts";

/**
 * The integers between which wires lie in every valid witness, read off the constraints alone: a boolean row makes a
 * bit, a linear row whose other wires are known makes an interval. Wires without a proven range are not in the map.
 */
export function inferRanges(r1cs: R1cs): Map<number, Interval> {
  const ranges = new Map<number, Interval>();
  const forms: LinearForm[] = [];
  const formsOf = new Map<number, LinearForm[]>();
  for (const row of r1cs.constraints) {
    const bit = provenBit(row);
    if (bit !== undefined) ranges.set(bit, { low: 0n, high: 1n });
    const form = bit === undefined ? linearForm(row) : undefined;
    if (form === undefined) continue;
    forms.push(form);
    for (const wire of form.keys()) formsOf.set(wire, [...(formsOf.get(wire) ?? []), form]);
  }
  for (let queue = forms; queue.length > 0;) {
    const next = new Set<LinearForm>();
    for (const form of queue) {
      for (const [wire, range] of narrowed(form, ranges)) {
        ranges.set(wire, range);
        for (const other of formsOf.get(wire) ?? []) if (other !== form) next.add(other);
      }
    }
    queue = [...next];
  }
  return ranges;
}

/** What a linear equation says about each of its wires, when that halves what was known. */
function narrowed(form: LinearForm, ranges: ReadonlyMap<number, Interval>): [number, Interval][] {
  const wires = [...form.keys()].filter((wire) => wire !== 0);
  const unknown = wires.filter((wire) => !ranges.has(wire));
  if (unknown.length > 1) return [];
  // A bit learns nothing from a sum.
  const isWide = (wire: number): boolean => {
    const { low, high } = ranges.get(wire) ?? { low: 0n, high: 0n };
    return high - low > 1n;
  };
  const targets = unknown.length === 1 ? unknown : wires.filter(isWide);
  return targets.flatMap((target): [number, Interval][] => {
    const range = solvedFor(form, target, ranges);
    const old = ranges.get(target);
    if (range === undefined || range.high - range.low >= FIELD_ORDER / 2n) return [];
    if (range.low < -FIELD_ORDER / 2n || range.high > FIELD_ORDER / 2n) return [];
    return old === undefined || 2n * (range.high - range.low) <= old.high - old.low ? [[target, range]] : [];
  });
}

function solvedFor(form: LinearForm, target: number, ranges: ReadonlyMap<number, Interval>): Interval | undefined {
  const own = form.get(target) ?? 0n;
  const factor = own === 1n ? -1n : own === FIELD_ORDER - 1n ? 1n : -inverse(own);
  let [low, high] = [0n, 0n];
  for (const [wire, coefficient] of form) {
    if (wire === target) continue;
    const range = wire === 0 ? { low: 1n, high: 1n } : ranges.get(wire);
    if (range === undefined) return undefined;
    const part = scaled(range, signed(coefficient * factor));
    low += part.low;
    high += part.high;
  }
  return { low, high };
}
