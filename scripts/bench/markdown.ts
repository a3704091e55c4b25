/** A table; `alignment` has an `l` or `r` for each column. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], alignment: string): string {
  const rule = [...alignment].map((side) => (side === "r" ? "---:" : "---"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}
