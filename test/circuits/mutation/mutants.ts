import { type Statement, statementsOf } from "./statements.ts";

/** One change of one statement. */
export interface Mutant {
  /** Name of the source without extension. */
  readonly file: string;
  readonly line: number;
  /** The statement as it is, on one line. */
  readonly statement: string;
  /** The statement as it becomes; empty when it is deleted. */
  readonly becomes: string;
  readonly source: string;
}

/** A part of a statement to replace. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly by: string;
}

/**
 * Every mutant of a source:
 * - a constraint is dropped: `<==` becomes `<--`, `===` and accumulations go,
 * - a sign is swapped, a number raised by one,
 * - an argument of a component is raised by one, the width of a range also lowered,
 * - a loop ends one early or begins one late.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const seen = new Set<string>();
  return statementsOf(source).flatMap((statement) =>
    edits(statement).flatMap((list): Mutant[] => {
      const becomes = apply(statement.text, list);
      const end = statement.start + statement.text.length;
      const rest = becomes === "" && source[end] === ";" ? source.slice(end + 1) : source.slice(end);
      const mutated = source.slice(0, statement.start) + becomes + rest;
      if (seen.has(mutated)) return [];
      seen.add(mutated);
      const { line } = statement;
      return [{ file, line, statement: oneLine(statement.text), becomes: oneLine(becomes), source: mutated }];
    }),
  );
}

function edits({ text, isLoop }: Statement): Edit[][] {
  if (isLoop) return loopEdits(text);
  const instance = /^(?:component )?[\w.[\]\s*+-]+=\s*(\w+)\s*\(/.exec(text);
  if (instance !== null && /^[A-Z]/.test(instance[1] ?? "") && text.endsWith(")") && !text.includes("<==")) {
    return argumentEdits(text, instance[0].length, instance[1] ?? "");
  }
  const drop: Edit[][] = [];
  const assignment = text.indexOf("<==");
  if (assignment >= 0) drop.push([{ at: assignment, length: 3, by: "<--" }]);
  if (text.includes("===") || /(?<!<)[+-]=/.test(text)) drop.push([{ at: 0, length: text.length, by: "" }]);
  const accumulation = /[+-]=/.exec(text);
  if (accumulation !== null) {
    drop.push([{ at: accumulation.index, length: 1, by: accumulation[0] === "+=" ? "-" : "+" }]);
  }
  return [...drop, ...expressionEdits(text, expressionStart(text))];
}

/** Where the expression begins: behind the assignment; at the start of an equation. */
function expressionStart(text: string): number {
  if (text.includes("===")) return 0;
  const head = /^(?:return\b|[^=]*?(?:<==|[+-]=|=(?!=)|<--))/.exec(text);
  return head === null ? text.length : head[0].length;
}

/** Swapped signs and raised numbers, outside of index brackets. */
function expressionEdits(text: string, from: number): Edit[][] {
  const found: Edit[][] = [];
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === "[") depth++;
    if (char === "]") depth--;
    if (depth > 0) continue;
    if ("+-".includes(char) && !"+-=<>".includes(text[i + 1] ?? "") && !"+-<".includes(text[i - 1] ?? "")) {
      found.push([{ at: i, length: 1, by: char === "+" ? "-" : "+" }]);
    }
    const number = /\d/.test(char) && !/\w/.test(text[i - 1] ?? "") ? /^\d+\b/.exec(text.slice(i))?.[0] : undefined;
    if (number !== undefined) found.push([{ at: i, length: number.length, by: String(Number(number) + 1) }]);
  }
  return found;
}

const RANGES = new Set(["Range", "RoundedShift", "IsPositive"]);

function argumentEdits(text: string, from: number, template: string): Edit[][] {
  const found: Edit[][] = [];
  let [depth, start] = [0, from];
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    if (depth === 0 && (char === "," || char === ")")) {
      const argument = text.slice(start, i).trim();
      const change = (by: string): Edit[] => [
        { at: start, length: i - start, by: `${start === from ? "" : " "}${by}` },
      ];
      if (argument !== "") found.push(change(`(${argument}) + 1`));
      if (argument !== "" && RANGES.has(template)) found.push(change(`(${argument}) - 1`));
      start = i + 1;
    }
    if ("([".includes(char)) depth++;
    if (")]".includes(char)) depth--;
  }
  return found;
}

/** A loop that leaves out its last or its first round. */
function loopEdits(text: string): Edit[][] {
  const found: Edit[][] = [];
  const last = /;\s*\w+ (<|>=) ([^;]+);/.exec(text);
  if (last !== null) {
    const [whole, comparison, bound = ""] = last;
    const by = `(${bound}) ${comparison === "<" ? "-" : "+"} 1`;
    found.push([{ at: last.index + whole.length - 1 - bound.length, length: bound.length, by }]);
  }
  const first = /var \w+ = ([^;]+);/.exec(text);
  if (first !== null && last !== null) {
    const [whole, value = ""] = first;
    const by = `(${value}) ${last[1] === "<" ? "+" : "-"} 1`;
    found.push([{ at: first.index + whole.length - 1 - value.length, length: value.length, by }]);
  }
  return found;
}

function apply(text: string, list: readonly Edit[]): string {
  return list.reduce((result, { at, length, by }) => result.slice(0, at) + by + result.slice(at + length), text);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
