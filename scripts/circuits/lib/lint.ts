/** A broken rule in a circuit source. */
export interface LintFinding {
  readonly line: number;
  readonly message: string;
}

/** Comparators that are unsound on values without a proven range; the project proves ranges with `Range` instead. */
const COMPARATORS = /\b(LessThan|LessEqThan|GreaterThan|GreaterEqThan|CompConstant|Sign|AliasCheck|MinValueCheck)\b/;

/** The one hint that is allowed: bit k of a shifted value. */
const BIT_HINT = /^bit\[k\] <-- \(\(value \+ [A-Z]+\) >> k\) & 1;$/;
const BIT_CONSTRAINT = "bit[k] * (bit[k] - 1) === 0;";
const RECOMPOSITION = /^sum === value \+ [A-Z]+;$/;
const BIT_BOUND = /^assert\(BITS >= 1 && BITS <= 252\);$/;

/** Sections that the header of a template must have. */
const HEADER_SECTIONS = ["precondition", "soundness", "constraints"];

/**
 * Checks one circuit source against the rules that keep under-constrained signals out:
 * hints are bits, `assert` sees template parameters only, no bare comparators, no decomposition above 252 bits,
 * no two constants pinned to one signal, challenges from a transcript only, one documented template per file.
 */
export function lintCircuit(source: string): LintFinding[] {
  const lines = stripComments(source)
    .split("\n")
    .map((line) => line.trim());
  return [
    ...lintHints(lines),
    ...lintAsserts(lines),
    ...lintComponents(lines),
    ...lintConstantPins(lines),
    ...lintChallenges(lines),
    ...lintTemplate(source, lines),
  ].sort((a, b) => a.line - b.line);
}

function lintHints(lines: readonly string[]): LintFinding[] {
  return lines.flatMap((line, i) => {
    if (!/<--|-->/.test(line)) return [];
    if (!BIT_HINT.test(line)) return [finding(i, "a hint (`<--`) that is not a bit of a value")];
    const findings: LintFinding[] = [];
    if (lines[i + 1] !== BIT_CONSTRAINT) findings.push(finding(i, "a bit hint not followed by its boolean constraint"));
    if (lines.filter((other) => RECOMPOSITION.test(other)).length !== 1)
      findings.push(finding(i, "bits without exactly one recomposition"));
    if (!lines.some((other) => BIT_BOUND.test(other))) findings.push(finding(i, "bits without the bound of 252"));
    return findings;
  });
}

function lintAsserts(lines: readonly string[]): LintFinding[] {
  const signals = new Set<string>();
  for (const line of lines) {
    const name = /^(?:signal(?: input| output)?|component) (\w+)/.exec(line)?.[1];
    if (name !== undefined) signals.add(name);
  }
  return lines.flatMap((line, i) => {
    const condition = /\bassert\s*\((.*)\)/.exec(line)?.[1];
    const names = condition?.match(/[A-Za-z_]\w*/g) ?? [];
    return names
      .filter((name) => signals.has(name))
      .map((name) => finding(i, `assert on the signal ${name}: it constrains nothing`));
  });
}

function lintComponents(lines: readonly string[]): LintFinding[] {
  return lines.flatMap((line, i) => {
    const comparator = COMPARATORS.exec(line)?.[1];
    const findings = comparator === undefined ? [] : [finding(i, `${comparator} is unsound on values without a range`)];
    for (const [, size = ""] of line.matchAll(/\bNum2Bits\w*\s*\(([^)]*)\)/g)) {
      if (!/^\d+$/.test(size.trim()) || Number(size) > 252)
        findings.push(finding(i, `Num2Bits(${size}): not provably at most 252 bits`));
    }
    return findings;
  });
}

function lintConstantPins(lines: readonly string[]): LintFinding[] {
  const pinned = new Map<string, number>();
  return lines.flatMap((line, i) => {
    const target = /^([\w.[\]]+)\s*(?:===|<==)\s*(?:\d+|0x[\da-fA-F]+)\s*;/.exec(line)?.[1];
    if (target === undefined) return [];
    const first = pinned.get(target);
    pinned.set(target, i);
    // The compiler may drop one of two contradictory pins at O1 and above.
    return first === undefined ? [] : [finding(i, `${target} is pinned to a constant here and in line ${first + 1}`)];
  });
}

/** A gadget that takes a challenge gets the one of the circuit, or the one that its own template was given. */
function lintChallenges(lines: readonly string[]): LintFinding[] {
  return lines.flatMap((line, i) => {
    const value = /\.z\s*<==\s*([^;]*);/.exec(line)?.[1]?.trim();
    const isDrawn = value === undefined || value === "challenge.z" || value === "z";
    return isDrawn ? [] : [finding(i, `the challenge ${value} is not drawn from a transcript`)];
  });
}

function lintTemplate(source: string, lines: readonly string[]): LintFinding[] {
  const templates = lines.flatMap((line, i) => (line.startsWith("template ") ? [i] : []));
  const [first, second] = templates;
  if (first === undefined) return [];
  const findings = second === undefined ? [] : [finding(second, "a second template in one file")];
  const header = source.split("\n").slice(0, first).join("\n").toLowerCase();
  for (const section of HEADER_SECTIONS) {
    if (!header.includes(section)) findings.push(finding(first, `the header says nothing about ${section}`));
  }
  return findings;
}

function stripComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, (text) => text.replaceAll(/[^\n]/g, "")).replaceAll(/\/\/.*$/gm, "");
}

function finding(index: number, message: string): LintFinding {
  return { line: index + 1, message };
}
