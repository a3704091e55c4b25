import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes files below `root`; keys are relative paths with `/`. */
export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const location = join(root, ...path.split("/"));
    mkdirSync(dirname(location), { recursive: true });
    writeFileSync(location, content);
  }
}
