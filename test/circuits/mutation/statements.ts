/** One statement of a circuit source, without its semicolon, or the head of a loop. */
export interface Statement {
  readonly text: string;
  /** Offset of the text in the source. */
  readonly start: number;
  readonly line: number;
  readonly isLoop: boolean;
}

/** Splits the bodies of the templates and functions of a source into statements. Comments are blanked, offsets kept. */
export function statementsOf(source: string): Statement[] {
  const code = blankComments(source);
  const statements: Statement[] = [];
  let [start, depth] = [0, 0];
  const close = (end: number, isLoop: boolean): void => {
    const raw = code.slice(start, end);
    const text = raw.trim();
    const offset = start + raw.indexOf(text);
    if (text !== "") statements.push({ text, start: offset, line: code.slice(0, offset).split("\n").length, isLoop });
    start = end + 1;
  };
  for (let i = 0; i < code.length; i++) {
    const char = code[i] ?? "";
    if ("([".includes(char)) depth++;
    if (")]".includes(char)) depth--;
    if (depth === 0 && char === ";") close(i, false);
    if (depth === 0 && char === "{") close(i, /^for\b/.test(code.slice(start, i).trim()));
    if (depth === 0 && char === "}") start = i + 1;
  }
  return statements.filter(({ text }) => !/^(pragma|include|template|function|assert|else|if|while)\b/.test(text));
}

function blankComments(source: string): string {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, blank).replaceAll(/\/\/.*$/gm, blank);
}
