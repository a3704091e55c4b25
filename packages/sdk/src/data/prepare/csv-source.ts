import { parseDecimal, parseNumber, requireCell } from "../table-samples.ts";
import { ClassIndex } from "./class-index.ts";
import { csvRecords } from "./csv-records.ts";
import { decodeUtf8 } from "./decode-utf8.ts";
import type { InputFile } from "./input-files.ts";
import { StepBatcher, stepColumns, stepScaling, stepWidth } from "./numeric-steps.ts";
import { Pass } from "./pass.ts";
import type { TableRecipe } from "./recipe.ts";
import type { RecordCursor } from "./record-cursor.ts";
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
      while (records.next()) {
        if (isHeader) isHeader = false;
        else if (batcher.wantsNext()) {
          const batch = addRecord(batcher, records, selected, recipe.target ?? "", index);
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
  record: RecordCursor,
  { indices, names, target }: SelectedColumns,
  targetName: string,
  index: ClassIndex | undefined,
): RowBatch | undefined {
  const label =
    target === undefined || index === undefined
      ? 0
      : index.of(record.cell(target) || requireCell(record.record(), target, targetName));
  const { values, offset } = batcher;
  for (let position = 0; position < indices.length; position++) {
    const column = indices[position] ?? 0;
    if (record.writeNumber(column, values, offset + position)) continue;
    const number = parseDecimal(record.cell(column));
    values[offset + position] = number ?? parseNumber(record.record(), column, names[position] ?? "");
  }
  return batcher.add(label);
}

async function readHeader(file: InputFile): Promise<readonly string[]> {
  for await (const records of recordsOf(new Pass({ purpose: "fit" }), file)) {
    if (records.next()) return records.record().cells;
  }
  return [];
}

function recordsOf(pass: Pass, file: InputFile): AsyncGenerator<RecordCursor> {
  return csvRecords(decodeUtf8(pass.chunks(file), file.location), file.location);
}
