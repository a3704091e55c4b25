import { CorexError } from "../../errors.ts";
import { parseCsv } from "../csv.ts";
import { folderOf } from "./folder-class.ts";
import type { InputFile } from "./input-files.ts";
import { LIMITS } from "./limits.ts";
import type { Pass } from "./pass.ts";
import type { ImageRecipe } from "./recipe.ts";

/** The file that names a class per image: columns `file` and `label`. */
export const LABEL_FILE = "labels.csv";

/**
 * The class of every image by its path.
 *
 * @throws CorexError DATA_MISSING_CLASS, DATA_UNKNOWN_COLUMN, DATA_UNKNOWN_FILE (a row of labels.csv without its image), and
 *   those of `parseCsv`.
 */
export async function imageClasses(
  files: readonly InputFile[],
  classes: ImageRecipe["classes"],
  pass: Pass,
): Promise<ReadonlyMap<string, string>> {
  const images = files.filter(({ path }) => path !== LABEL_FILE);
  if (classes !== "labels.csv") return new Map(images.map((file) => [file.path, folderOf(file)]));

  const labels = await readLabels(files, pass);
  const known = new Set(images.map(({ path }) => path));
  for (const path of labels.keys()) {
    if (known.has(path)) continue;
    throw new CorexError("DATA_UNKNOWN_FILE", `${LABEL_FILE} names ${path}, which is not there`, {
      retry: "after-change",
      details: { path },
    });
  }
  for (const { path } of images) {
    if (labels.has(path)) continue;
    throw new CorexError("DATA_MISSING_CLASS", `${LABEL_FILE} says nothing about ${path}`, {
      retry: "after-change",
      details: { path },
    });
  }
  return labels;
}

async function readLabels(files: readonly InputFile[], pass: Pass): Promise<Map<string, string>> {
  const file = files.find(({ path }) => path === LABEL_FILE);
  if (file === undefined || file.bytes > LIMITS.sourceListBytes) {
    throw new CorexError("DATA_MISSING_CLASS", `there is no ${LABEL_FILE} in the folder, or it is too large`, {
      retry: "after-change",
      details: { limit: LIMITS.sourceListBytes },
    });
  }
  const { columns, rows } = parseCsv(await pass.whole(file));
  const [path, label] = ["file", "label"].map((name) => columns.indexOf(name));
  if (path === undefined || label === undefined || path < 0 || label < 0) {
    throw new CorexError("DATA_UNKNOWN_COLUMN", `${LABEL_FILE} needs the columns "file" and "label"`, {
      retry: "after-change",
      details: { columns },
    });
  }
  return new Map(rows.map(({ cells }) => [cells[path] ?? "", cells[label] ?? ""]));
}
