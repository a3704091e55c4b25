import { CHARACTER_FEATURE_NAMES, characterFeatures } from "../data/character-features.ts";
import type { JsonReader } from "../data/json-reader.ts";
import { MAX_WIDTH } from "./limits.ts";
import { PATTERN_SLICE, safePattern, type SafePattern } from "./safe-pattern.ts";
import { bounded, text, type WorkItem } from "./work-input.ts";

/** No label: the executor says nothing about the item. */
export const NO_LABEL = -1;
const MAX_CLAUSES = 64;
const MAX_WORDS = 64;
const MAX_WORD = 64;
const MAX_WEIGHT = 1_000_000;

/** When a clause holds. Keywords and patterns see the text with A-Z as a-z when `ignoreCase` is true. */
export type LabelCondition =
  | { readonly type: "keyword"; readonly words: readonly string[]; readonly ignoreCase: boolean }
  | { readonly type: "pattern"; readonly pattern: string; readonly ignoreCase: boolean }
  /** min <= x < max, with x the value or the character statistic at `index`. */
  | { readonly type: "value" | "character"; readonly index: number; readonly min: number; readonly max: number };

/** Adds `weight` to the score of a class when its condition holds. */
export interface LabelClause {
  readonly label: number;
  readonly weight: number;
  readonly when: LabelCondition;
}

/** A weak labeller as data: nothing in it is executed. */
export interface LabelRule {
  readonly clauses: readonly LabelClause[];
  /** Score that the best class needs. */
  readonly minScore: number;
  /** Class when no class has it; {@link NO_LABEL} for none. */
  readonly otherwise: number;
}

/** A rule ready to be applied. */
export interface CompiledRule {
  /** The first class with the largest score, when that reaches `minScore`. */
  labelOf(item: WorkItem): number;
  /** Bound of the steps that patterns take from one position, all together. */
  readonly patternSteps: number;
}

/** Reads a rule over `classes` classes. @throws the error of the reader, and WORK_PATTERN_UNSAFE. */
export function parseLabelRule(rule: JsonReader, classes: number): LabelRule {
  const parsed = {
    clauses: bounded(rule.field("clauses"), MAX_CLAUSES).map((clause) => ({
      label: clause.field("label").integer(0, classes - 1),
      weight: clause.field("weight").integer(-MAX_WEIGHT, MAX_WEIGHT),
      when: parseCondition(clause.field("when")),
    })),
    minScore: rule.field("minScore").integer(1, MAX_CLAUSES * MAX_WEIGHT),
    otherwise: rule.field("otherwise").integer(NO_LABEL, classes - 1),
  };
  compileLabelRule(parsed);
  return parsed;
}

/** Prepares a rule. @throws CorexError WORK_PATTERN_UNSAFE. */
export function compileLabelRule({ clauses, minScore, otherwise }: LabelRule): CompiledRule {
  const compiled = clauses.map(({ label, weight, when }) => ({ label, weight, ...compileCondition(when) }));
  const labels = [...new Set(clauses.map(({ label }) => label))].sort((a, b) => a - b);
  return {
    patternSteps: compiled.reduce((sum, { steps }) => sum + steps, 0),
    labelOf(item) {
      const scores = new Map<number, number>();
      for (const { label, weight, holds } of compiled) {
        if (holds(item)) scores.set(label, (scores.get(label) ?? 0) + weight);
      }
      let best = otherwise;
      let bestScore = minScore - 1;
      for (const label of labels) {
        const score = scores.get(label) ?? 0;
        if (score > bestScore) [best, bestScore] = [label, score];
      }
      return best;
    },
  };
}

/** Work units of items under so many clauses: one for each character and clause, and one for each item and clause. */
export function labelUnits(clauses: number, items: readonly WorkItem[]): number {
  return items.reduce((sum, { text: { length } }) => sum + (length + 1) * clauses, 0);
}

/** Bound of the steps of all patterns on items. */
export function patternEffort({ patternSteps }: CompiledRule, items: readonly WorkItem[]): number {
  return items.reduce((sum, item) => sum + Math.min(item.text.length + 1, PATTERN_SLICE) * patternSteps, 0);
}

function parseCondition(when: JsonReader): LabelCondition {
  const type = when.field("type").matching(/^(?:keyword|pattern|value|character)$/, "a type of condition");
  if (type === "keyword") {
    const words = bounded(when.field("words"), MAX_WORDS).map((word) => nonEmpty(word));
    return { type, words, ignoreCase: flag(when.field("ignoreCase")) };
  }
  if (type === "pattern") {
    return { type, pattern: when.field("pattern").string(), ignoreCase: flag(when.field("ignoreCase")) };
  }
  const last = type === "value" ? MAX_WIDTH - 1 : CHARACTER_FEATURE_NAMES.length - 1;
  return {
    type: type === "value" ? "value" : "character",
    index: when.field("index").integer(0, last),
    min: when.field("min").number(),
    max: when.field("max").number(),
  };
}

function nonEmpty(word: JsonReader): string {
  const value = text(word, MAX_WORD);
  if (value === "") throw word.fail("a word");
  return value;
}

function flag(field: JsonReader): boolean {
  const value = field.json();
  if (typeof value !== "boolean") throw field.fail("true or false");
  return value;
}

function compileCondition(when: LabelCondition): { steps: number; holds: (item: WorkItem) => boolean } {
  switch (when.type) {
    case "keyword":
      return { steps: 0, holds: ({ text }) => includesAny(seen(text, when.ignoreCase), when.words) };
    case "pattern": {
      const pattern: SafePattern = safePattern(when.pattern);
      return { steps: pattern.steps, holds: ({ text }) => pattern.test(seen(text, when.ignoreCase)) };
    }
    case "value":
      return { steps: 0, holds: ({ values }) => within(values[when.index], when) };
    case "character":
      return {
        steps: 0,
        holds: ({ text }) => text !== "" && within(characterFeatures(text)[when.index], when),
      };
  }
}

function includesAny(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word));
}

/** ASCII only: lower case of other letters depends on the Unicode version of the engine. */
function seen(text: string, ignoreCase: boolean): string {
  return ignoreCase ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}

function within(x: number | undefined, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return x !== undefined && x >= min && x < max;
}
