import { parseCsv } from "../data/csv.ts";
import { CorexError } from "../errors.ts";
import type { Labels } from "./label-score.ts";
import { NO_LABEL } from "./label-rule.ts";
import { MAX_INPUT_BYTES } from "./limits.ts";
import type { WorkItem } from "./work-input.ts";

/**
 * The labels that people gave items, from a CSV file with the columns `id` and `label`; a label is the name of a class.
 * Items without a line have no label. Lines of other items are ignored: one file may serve many fragments.
 *
 * @throws CorexError WORK_LABELS_INVALID when the file is too large, lacks a column, names an unknown class or labels an
 * item twice; and what `parseCsv` throws.
 */
export function labelsFromFile(file: Uint8Array, items: readonly WorkItem[], classes: readonly string[]): Labels {
  if (file.length > MAX_INPUT_BYTES)
    throw invalid(`it has ${file.length} bytes, at most ${MAX_INPUT_BYTES} are allowed`);
  const { columns, rows } = parseCsv(file);
  const [id, label] = [columns.indexOf("id"), columns.indexOf("label")];
  if (id < 0 || label < 0) throw invalid('it needs the columns "id" and "label"');
  const labels = new Map<string, number>();
  for (const { line, cells } of rows) {
    const [item, name] = [cells[id] ?? "", cells[label] ?? ""];
    const index = classes.indexOf(name);
    if (index < 0) throw invalid(`line ${line} names the class "${name}", expected one of ${classes.join(", ")}`);
    if (labels.has(item)) throw invalid(`line ${line} labels "${item}" again`);
    labels.set(item, index);
  }
  return items.map((item) => labels.get(item.id) ?? NO_LABEL);
}

function invalid(problem: string): CorexError {
  return new CorexError("WORK_LABELS_INVALID", `the file of labels is refused: ${problem}`, { retry: "after-change" });
}
