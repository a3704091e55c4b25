import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { CorexError } from "../../errors.ts";
import { LIMITS } from "./limits.ts";

/** One raw file. */
export interface InputFile {
  /** Path relative to the input folder with `/` separators on every system; `input` when the input is one file. */
  readonly path: string;
  /** Path to open on this system. */
  readonly location: string;
  readonly bytes: number;
}

/** The name in a manifest of an input that is one file: what the file is called does not change the dataset. */
export const SINGLE_FILE = "input";

/**
 * Lists the raw files of an input, a file or a folder, in code-unit order of their relative paths. Hidden entries and
 * symbolic links are left out.
 *
 * @throws CorexError DATA_MISSING_INPUT, DATA_EMPTY (no file, or a file without bytes), DATA_TOO_LARGE (too many files).
 */
export async function listInput(input: string): Promise<InputFile[]> {
  const info = await stat(input).catch((cause: unknown) => {
    throw new CorexError("DATA_MISSING_INPUT", `cannot read ${input}: there is no such file or folder`, {
      retry: "after-change",
      details: { input },
      cause,
    });
  });
  const files: InputFile[] = [];
  if (info.isDirectory()) await walk(input, "", files);
  else files.push({ path: SINGLE_FILE, location: input, bytes: info.size });

  if (files.length === 0) throw empty(input, "the folder has no files");
  for (const { location, bytes } of files) if (bytes === 0) throw empty(location, "the file is empty");
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The only file of an input. @throws CorexError DATA_WRONG_TYPE when the input is a folder. */
export function requireSingleFile(files: readonly InputFile[], input: string): InputFile {
  const [file] = files;
  if (file === undefined || file.path !== SINGLE_FILE || files.length !== 1) {
    throw new CorexError("DATA_WRONG_TYPE", `${input} is a folder, expected one file`, {
      retry: "after-change",
      details: { input },
    });
  }
  return file;
}

async function walk(folder: string, prefix: string, files: InputFile[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const location = join(folder, entry.name);
    if (entry.isDirectory()) await walk(location, `${prefix}${entry.name}/`, files);
    if (!entry.isFile()) continue;
    files.push({ path: prefix + entry.name, location, bytes: (await stat(location)).size });
    if (files.length > LIMITS.files) {
      throw new CorexError("DATA_TOO_LARGE", `the input has more than ${LIMITS.files} files`, {
        retry: "after-change",
        details: { limit: LIMITS.files },
      });
    }
  }
}

function empty(input: string, reason: string): CorexError {
  return new CorexError("DATA_EMPTY", `${input}: ${reason}`, { retry: "after-change", details: { input } });
}
