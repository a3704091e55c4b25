import { formatEther } from "ethers";
import { styleText } from "node:util";

/** Prints the title of a part of the summary. */
export function heading(text: string): void {
  print(`\n${styleText("bold", text)}`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A share as ` 93.3 %`, padded. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1).padStart(5)} %`;
}

/** CXT wei as CXT with four decimals, padded. */
export function cxt(wei: bigint): string {
  return Number(formatEther(wei)).toFixed(4).padStart(11);
}

/** Gas with separators. */
export function thousands(value: bigint | undefined): string {
  return (value ?? 0n).toLocaleString("en-US");
}

/** Lowest, middle and highest gas of transactions of one kind; zeros when there was none. */
export function spread(gas: readonly bigint[]): readonly [bigint, bigint, bigint] {
  const sorted = gas.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return [sorted[0] ?? 0n, sorted[sorted.length >> 1] ?? 0n, sorted.at(-1) ?? 0n];
}
