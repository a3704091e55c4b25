import { globSync, readFileSync } from "node:fs";

const LIMITS = [
  { pattern: "contracts/**/*.sol", lines: 500 },
  { pattern: "circuits/{src,main}/**/*.circom", lines: 200 },
  { pattern: "{packages/*/src,scripts,deploy,test}/**/*.ts", lines: 350 },
  { pattern: "README.md", lines: 150 },
];

/** Size budgets of the house style: a file that outgrew its budget has more than one job. */
export function fileSizes(): string[] {
  return LIMITS.flatMap(({ pattern, lines }) =>
    globSync(pattern).flatMap((file) => {
      const length = readFileSync(file, "utf8").split("\n").length;
      return length > lines ? [`${file} has ${length} lines, the budget is ${lines}`] : [];
    }),
  );
}
