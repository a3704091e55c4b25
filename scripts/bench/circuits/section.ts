/** Marks of the part of docs/benchmarks.md that `npm run bench:circuits` writes; the rest is of `npm run bench`. */
export const BEGIN = "<!-- circuits: begin -->";
export const END = "<!-- circuits: end -->";

/** The part between the marks, marks included. Without marks, empty marks. @throws Error when only one is there. */
export function circuitsPart(document: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 && end === -1) return `${BEGIN}\n${END}`;
  if (begin === -1 || end < begin) throw new Error("one of the marks of the circuits is missing or misplaced");
  return document.slice(begin, end + END.length);
}

/** The document with another part between the marks, at its end when it has no marks yet. */
export function withCircuitsPart(document: string, section: string): string {
  const part = `${BEGIN}\n\n${section.trim()}\n\n${END}`;
  if (!document.includes(BEGIN)) return `${document.trimEnd()}\n\n${part}\n`;
  const old = circuitsPart(document);
  const start = document.indexOf(old);
  return document.slice(0, start) + part + document.slice(start + old.length);
}
