import { CorexError } from "../errors.ts";

/** Characters of a pattern. */
export const MAX_PATTERN = 200;
/** Characters of a text that a pattern is tried on, from its start. */
export const PATTERN_SLICE = 1024;
/** The most that `{m,n}` may ask for. */
const MAX_REPEAT = 64;
/** What `*` and `+` repeat at most: two of them fit one pattern. */
const MANY = 24;
/** Ways through a pattern times its longest match: the most steps from one position of the text. */
const MAX_STEPS = 2 ** 16;

/** A pattern that is safe to try on any text. */
export interface SafePattern {
  /** Whether it matches somewhere in the first {@link PATTERN_SLICE} characters. */
  test(text: string): boolean;
  /** Bound of the steps from one position. */
  readonly steps: number;
}

/** Ways through a part and its longest match; the source with unbounded repetition bounded. */
interface Part {
  readonly source: string;
  readonly ways: number;
  readonly length: number;
}

/** What repeats: a literal, an escape or `.`; classes are read apart. */
const ESCAPES: Readonly<Record<string, string>> = { d: "0-9", w: "A-Za-z0-9_", s: " \\t\\n\\r" };
const LITERAL = /^[A-Za-z0-9 _,;:'"@#%&=<>!~`/-]$/;
const ESCAPED_LITERAL = /^[.\\*+?^$|(){}[\]/-]$/;

/**
 * Compiles a pattern of a small language that cannot backtrack for long, whoever wrote it.
 *
 * Printable ASCII; `.`, `\d \w \s \b`, classes `[a-z]`, `^ $`, `|`, groups `(?:...)`, and `? * + {n} {m,n}` behind a single
 * character, escape or class only: repetition never nests. `*` and `+` repeat at most 24 times. No captures, no
 * back-references, no looking around. Steps from one position are bounded by ways x longest match, which is limited.
 *
 * @throws CorexError WORK_PATTERN_UNSAFE naming what is not allowed and where.
 */
export function safePattern(pattern: string): SafePattern {
  if (pattern.length === 0 || pattern.length > MAX_PATTERN) {
    throw unsafe(pattern, `it has ${pattern.length} characters, expected 1 to ${MAX_PATTERN}`);
  }
  const parser = new PatternParser(pattern);
  const { source, ways, length } = parser.parse();
  const steps = ways * (length + 1);
  if (steps > MAX_STEPS) throw unsafe(pattern, `it may take ${steps} steps from one position, at most ${MAX_STEPS}`);
  const compiled = new RegExp(source);
  return { steps, test: (text) => compiled.test(text.slice(0, PATTERN_SLICE)) };
}

class PatternParser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): Part {
    const part = this.#alternatives();
    if (this.#at < this.#pattern.length) throw this.#unexpected();
    return part;
  }

  #alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    return {
      source: parts.map(({ source }) => source).join("|"),
      ways: parts.reduce((sum, { ways }) => sum + ways, 0),
      length: Math.max(...parts.map(({ length }) => length)),
    };
  }

  #sequence(): Part {
    let all: Part = { source: "", ways: 1, length: 0 };
    while (this.#at < this.#pattern.length && !"|)".includes(this.#peek())) {
      const next = this.#piece();
      all = { source: all.source + next.source, ways: all.ways * next.ways, length: all.length + next.length };
    }
    return all;
  }

  #piece(): Part {
    for (const anchor of ["^", "$", "\\b"]) if (this.#take(anchor)) return { source: anchor, ways: 1, length: 0 };
    if (this.#take("(?:")) {
      const inner = this.#alternatives();
      if (!this.#take(")")) throw this.#unexpected();
      return { ...inner, source: `(?:${inner.source})` };
    }
    return this.#repeated(this.#take("[") ? this.#class() : this.#atom());
  }

  #atom(): string {
    const escape = this.#escape();
    if (escape !== undefined) return escape.length > 2 ? `[${escape}]` : escape;
    const character = this.#peek();
    if (character !== "." && !LITERAL.test(character)) throw this.#unexpected();
    this.#at++;
    // Line ends included, so that what matches does not depend on which characters end lines.
    return character === "." ? "[^]" : character;
  }

  #class(): string {
    let inner = this.#take("^") ? "^" : "";
    while (!this.#take("]")) {
      const escape = this.#escape();
      const character = this.#peek();
      if (escape === undefined && !LITERAL.test(character)) throw this.#unexpected();
      inner += escape ?? character;
      if (escape === undefined) this.#at++;
    }
    const built = `[${inner}]`;
    try {
      new RegExp(built);
    } catch {
      throw this.#unexpected();
    }
    return built;
  }

  /** The members that an escape stands for; undefined when there is none. */
  #escape(): string | undefined {
    if (this.#peek() !== "\\") return undefined;
    const character = this.#pattern[this.#at + 1] ?? "";
    const members = ESCAPES[character] ?? (ESCAPED_LITERAL.test(character) ? `\\${character}` : undefined);
    if (members === undefined) throw this.#unexpected();
    this.#at += 2;
    return members;
  }

  #repeated(atom: string): Part {
    const [min, max] = this.#quantifier();
    if (min > max || max > MAX_REPEAT) throw this.#unexpected();
    const source = min === 1 && max === 1 ? atom : `${atom}{${min},${max}}`;
    return { source, ways: max - min + 1, length: max };
  }

  #quantifier(): [number, number] {
    if (this.#take("?")) return [0, 1];
    if (this.#take("*")) return [0, MANY];
    if (this.#take("+")) return [1, MANY];
    const counts = /^\{([0-9]{1,2})(?:,([0-9]{1,2}))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 7));
    if (counts === null) return [1, 1];
    const [whole, min = "", max = min] = counts;
    this.#at += whole.length;
    return [Number(min), Number(max)];
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? "";
  }

  #take(token: string): boolean {
    if (!this.#pattern.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #unexpected(): CorexError {
    const what = this.#at < this.#pattern.length ? JSON.stringify(this.#peek()) : "the end";
    return unsafe(this.#pattern, `${what} at ${this.#at} is not allowed there`);
  }
}

function unsafe(pattern: string, problem: string): CorexError {
  const shown = pattern.length > MAX_PATTERN ? `${pattern.slice(0, MAX_PATTERN)}...` : pattern;
  return new CorexError("WORK_PATTERN_UNSAFE", `the pattern ${JSON.stringify(shown)} is refused: ${problem}`, {
    retry: "after-change",
  });
}
