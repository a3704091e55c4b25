import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g;

/** A relative link in a document must lead to a file of this repository. */
export function linksResolve(): string[] {
  return globSync(["*.md", "docs/**/*.md", "deploy/**/*.md", "packages/*/*.md"]).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(LINK)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(dirname(file), target)))
      .map((target) => `${file} links to ${target}, which does not exist`),
  );
}
