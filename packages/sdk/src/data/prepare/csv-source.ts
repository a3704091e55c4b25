import { parseNumber, requireCell } from "../table-samples.ts";
import type { TableRow } from "../csv.ts";
import { ClassIndex } from "./class-index.ts";
import { csvRecords, firstLine } from "./csv-records.ts";
import { decodeUtf8 } from "./decode-utf8.ts";
import type { InputFile } from "./input-files.ts";
import { StepBatcher, stepColumns, stepScaling, stepWidth } from "./numeric-steps.ts";
import { Pass } from "./pass.ts";
import { plainDecimal } from "./plain-decimal.ts";
import type { TableRecipe } from "./recipe.ts";
import type { RowBatch, RowSource } from "./row-source.ts";
import { selectColumns, type SelectedColumns } from "./select-columns.ts";

/**
 * A CSV file as rows of numbers. Reads the header at once.
 *
 * @throws CorexError as `csvRecords` and `selectColumns`; while reading DATA_NOT_NUMERIC, DATA_MISSING_CELL.
 */
export async function openCsv(file: InputFile, recipe: TableRecipe): Promise<RowSource> {
  const selected = selectColumns(await readHeader(file), recipe);
  const index = selected.target === undefined ? undefined : new ClassIndex();
  const width = stepWidth(selected.indices.length, recipe);

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    const batcher = new StepBatcher(selected.indices.length, recipe, index !== undefined);
    let isHeader = true;
    for await (const records of recordsOf(pass, file)) {
      for (const record of records) {
        if (isHeader) isHeader = false;
        else if (batcher.wantsNext()) {
          const batch = addRecord(batcher, record, selected, recipe.target ?? "", index);
          if (batch !== undefined) yield batch;
        }
      }
    }
    const rest = batcher.flush();
    if (rest !== undefined) yield rest;
  }

  return {
    width,
    layout: { columns: stepColumns(selected.names, recipe), target: recipe.target },
    ...(index === undefined ? {} : { classes: index }),
    scaling: stepScaling(width, recipe),
    rows,
  };
}

function addRecord(
  batcher: StepBatcher,
  record: TableRow,
  { indices, names, target }: SelectedColumns,
  targetName: string,
  index: ClassIndex | undefined,
): RowBatch | undefined {
  const label =
    target === undefined || index === undefined
      ? 0
      : index.of(record.cells[target] || requireCell(firstLine(record), target, targetName));
  return batcher.add((position) => numberIn(record, indices[position] ?? 0, names[position] ?? ""), label);
}

function numberIn(record: TableRow, index: number, name: string): number {
  const plain = plainDecimal(record.cells[index] ?? "");
  if (plain !== undefined) return plain;
  try {
    return parseNumber(record, index, name);
  } catch {
    // Where a record starts is counted only for the one that is wrong.
    return parseNumber(firstLine(record), index, name);
  }
}

async function readHeader(file: InputFile): Promise<readonly string[]> {
  for await (const records of recordsOf(new Pass({ purpose: "fit" }), file)) {
    const [header] = records;
    if (header !== undefined) return header.cells;
  }
  return [];
}

function recordsOf(pass: Pass, file: InputFile): AsyncGenerator<readonly TableRow[]> {
  return csvRecords(decodeUtf8(pass.chunks(file), file.location), file.location);
}
