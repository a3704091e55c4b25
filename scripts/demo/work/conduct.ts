import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** What an actor does that it should not. */
export interface Conduct {
  /** Submits a well-formed wrong result. */
  readonly lies?: boolean;
  /** Says the opposite of what it found when it verifies. */
  readonly reverses?: boolean;
  /** Takes every rejection before the court, right or wrong. */
  readonly insists?: boolean;
}

/** Conduct of all actors; one that is not named is honest. */
export type Script = Readonly<Record<string, Conduct>>;

/** The conduct of an actor now. A script that does not exist is an honest one. */
export function readConduct(file: string, actor: string): Conduct {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as Script)[actor] ?? {};
  } catch {
    return {};
  }
}

/** Tells the actors how to behave from now on. */
export function writeScript(file: string, script: Script): void {
  writeFileSync(`${file}.new`, JSON.stringify(script));
  renameSync(`${file}.new`, file);
}
