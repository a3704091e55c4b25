import { print } from "../print.ts";

/** A result as a program reads it: whole numbers of any size are texts. */
export type Shown = Readonly<Record<string, unknown>>;

/** Prints a result: as one line of JSON, or in words. */
export function show(json: boolean | undefined, result: Shown, text: string): void {
  if (json === true) print(plain(result) as Shown);
  else process.stdout.write(`${text}\n`);
}

/** Says on standard error what is about to be sent, and by whom. */
export function announce(account: string, what: string): void {
  process.stderr.write(`corex: ${account} sends: ${what}\n`);
}

/** A second of the chain as people write it. */
export function timeText(seconds: number | bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString();
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}
