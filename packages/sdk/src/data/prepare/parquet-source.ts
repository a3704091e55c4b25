import { parquetMetadataAsync, parquetSchema, type FileMetaData } from "hyparquet";

import { checkRowGroups } from "./check-row-groups.ts";
import { ClassIndex } from "./class-index.ts";
import type { InputFile } from "./input-files.ts";
import { malformedParquet, orMalformed } from "./malformed-parquet.ts";
import { keptRows, StepBatcher, stepColumns, stepScaling, stepWidth } from "./numeric-steps.ts";
import { ParquetBytes } from "./parquet-bytes.ts";
import { GroupReader } from "./parquet-group.ts";
import type { Pass } from "./pass.ts";
import type { TableRecipe } from "./recipe.ts";
import type { RowBatch, RowSource } from "./row-source.ts";
import { selectColumns } from "./select-columns.ts";

/**
 * A Parquet file as rows of numbers, read a row group at a time. Reads the metadata at once.
 *
 * @throws CorexError DATA_MALFORMED_PARQUET, DATA_TOO_LARGE (a row group), DATA_UNKNOWN_COLUMN, DATA_UNKNOWN_TARGET,
 *   DATA_EMPTY; while reading DATA_NOT_NUMERIC, DATA_MISSING_CELL.
 */
export async function openParquet(file: InputFile, recipe: TableRecipe): Promise<RowSource> {
  const metadata = await readMetadata(file);
  const selected = selectColumns(columnsOf(file, metadata), recipe);
  checkRowGroups(file, metadata, selected.indices.length);
  const index = selected.target === undefined ? undefined : new ClassIndex();
  const target = recipe.target === null || index === undefined ? undefined : { name: recipe.target, index };
  const width = stepWidth(selected.indices.length, recipe);

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    // The reader jumps about in the file, so the file is hashed on its own first.
    for await (const chunk of pass.chunks(file)) void chunk;
    const bytes = await ParquetBytes.open(file);
    try {
      yield* batches(new GroupReader({ file, bytes, metadata, names: selected.names, target }), pass);
    } finally {
      await bytes.close();
    }
  }

  async function* batches(reader: GroupReader, pass: Pass): AsyncGenerator<RowBatch> {
    const batcher = new StepBatcher(selected.indices.length, recipe, index !== undefined);
    let before = 0;
    for (const [group, { num_rows: count }] of metadata.row_groups.entries()) {
      pass.checkSignal();
      const { from, to } = keptRows(recipe, before, Number(count));
      if (from < to) await reader.read({ group, before, from, to });
      for (let row = from; row < to; row++) {
        reader.copyRow(row, batcher.values, batcher.offset);
        const batch = batcher.add(reader.labels[row] ?? 0);
        if (batch !== undefined) yield batch;
      }
      before += Number(count);
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

async function readMetadata(file: InputFile): Promise<FileMetaData> {
  const bytes = await ParquetBytes.open(file);
  try {
    return await orMalformed(file, () => parquetMetadataAsync(bytes));
  } finally {
    await bytes.close();
  }
}

function columnsOf(file: InputFile, metadata: FileMetaData): string[] {
  const { children } = parquetSchema(metadata);
  const nested = children.find(
    ({ children: parts, element }) => parts.length > 0 || element.repetition_type === "REPEATED",
  );
  if (nested !== undefined) throw malformedParquet(file, `the column "${nested.element.name}" is nested`);
  return children.map(({ element }) => element.name);
}
