import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { CorexError } from "../errors.ts";

/** A class of text files: every file whose name ends with one of `extensions` and with none of `excluded`. */
export interface TextClass {
  readonly name: string;
  /** Lower-case endings with their dot, for example `.sol`. */
  readonly extensions: readonly string[];
  /** Lower-case endings that win over `extensions`, for example `.min.js`. */
  readonly excluded?: readonly string[];
}

/** One file found below a root. */
export interface TextFile {
  /** Path relative to its root with `/` separators on every system: part of the deterministic order. */
  readonly path: string;
  /** Path to open on this system. */
  readonly location: string;
  readonly bytes: number;
}

/** What counts as a usable file. */
export interface TextFileLimits {
  /** Bounds of the size on disk in bytes, both included. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Folders to leave out, relative to a root, `/` separators. */
  readonly excludedFolders?: readonly string[];
}

/**
 * Lists the files of every class below `roots`, in code-unit order of their relative paths, root after root.
 *
 * Left out, so that the same dependencies give the same list on every machine: hidden files and folders, symbolic
 * links (workspace links among them), and packages bound to a platform (`os`, `cpu` or `libc` in package.json).
 *
 * @returns one list per class, in the order of `classes`; a file belongs to the first class that takes it.
 * @throws CorexError DATA_MISSING_ROOT when a root is not a readable folder.
 */
export async function listTextFiles(
  roots: readonly string[],
  classes: readonly TextClass[],
  limits: TextFileLimits,
): Promise<TextFile[][]> {
  const lists: TextFile[][] = classes.map(() => []);
  for (const root of roots) {
    const found: { path: string; location: string }[] = [];
    await walk(root, "", new Set(limits.excludedFolders), found);
    found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    for (const file of found) {
      const list = lists[classOf(file.path, classes)];
      if (list === undefined) continue;
      const { size } = await stat(file.location);
      if (size >= limits.minBytes && size <= limits.maxBytes) list.push({ ...file, bytes: size });
    }
  }
  return lists;
}

function classOf(path: string, classes: readonly TextClass[]): number {
  const name = path.toLowerCase();
  return classes.findIndex(
    ({ extensions, excluded = [] }) =>
      extensions.some((ending) => name.endsWith(ending)) && !excluded.some((ending) => name.endsWith(ending)),
  );
}

async function walk(
  folder: string,
  prefix: string,
  excluded: ReadonlySet<string>,
  found: { path: string; location: string }[],
): Promise<void> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (prefix !== "") throw cause;
    throw new CorexError("DATA_MISSING_ROOT", `cannot list the text files of ${folder}: it is not a readable folder`, {
      retry: "after-change",
      details: { root: folder },
      cause,
    });
  }
  const holdsPackage = entries.some((entry) => entry.isFile() && entry.name === "package.json");
  if (holdsPackage && (await isPlatformPackage(join(folder, "package.json")))) return;

  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const location = join(folder, entry.name);
    const path = prefix + entry.name;
    if (entry.isDirectory() && !excluded.has(path)) await walk(location, `${path}/`, excluded, found);
    else if (entry.isFile()) found.push({ path, location });
  }
}

async function isPlatformPackage(location: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(location, "utf8"));
    return typeof manifest === "object" && manifest !== null && ["os", "cpu", "libc"].some((key) => key in manifest);
  } catch {
    // Test fixtures inside packages hold broken manifests on purpose; they are not bound to a platform.
    return false;
  }
}
