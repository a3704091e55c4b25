/** Where the lines for people go: standard output, or nowhere in tests. */
export type Print = (line: string) => void;

export const printLine: Print = (line) => void process.stdout.write(`${line}\n`);
