import type { FileMetaData, RowGroup } from "hyparquet";

import { CorexError } from "../../errors.ts";
import type { InputFile } from "./input-files.ts";
import { LIMITS } from "./limits.ts";
import { malformedParquet } from "./malformed-parquet.ts";

/**
 * Checks that there are rows, and that every row group fits into memory: its numbers are held as a whole, and a column is
 * decompressed as a whole.
 *
 * @param width columns that are read.
 * @throws CorexError DATA_EMPTY, DATA_TOO_LARGE, DATA_MALFORMED_PARQUET.
 */
export function checkRowGroups(file: InputFile, { row_groups: groups }: FileMetaData, width: number): void {
  if (groups.every(({ num_rows: rows }) => rows === 0n)) {
    throw new CorexError("DATA_EMPTY", `${file.location} is empty: it has no rows`, { retry: "after-change" });
  }
  for (const [index, group] of groups.entries()) {
    if (group.num_rows < 0n) throw malformedParquet(file, `row group ${index} has ${group.num_rows} rows`);
    requireAtMost(file, index, { found: group.num_rows, limit: LIMITS.rowGroupRows, unit: "rows" });
    const bytes = groupBytes(group, width);
    requireAtMost(file, index, { found: bytes, limit: LIMITS.rowGroupBytes, unit: "bytes" });
  }
}

/** Bytes of a row group: as it is stored, decompressed, or as the numbers of the selected columns, whichever is most. */
function groupBytes({ num_rows: rows, total_byte_size: decompressed, columns }: RowGroup, width: number): bigint {
  const stored = columns.reduce((sum, column) => sum + (column.meta_data?.total_compressed_size ?? 0n), 0n);
  const numbers = rows * BigInt(width * Float64Array.BYTES_PER_ELEMENT);
  return [decompressed, stored, numbers].reduce((most, bytes) => (bytes > most ? bytes : most));
}

interface Size {
  readonly found: bigint;
  readonly limit: number;
  readonly unit: string;
}

function requireAtMost({ location }: InputFile, group: number, { found, limit, unit }: Size): void {
  if (found <= BigInt(limit)) return;
  throw new CorexError(
    "DATA_TOO_LARGE",
    `row group ${group} of ${location} has ${found} ${unit}, at most ${limit}: write smaller groups`,
    { retry: "after-change", details: { path: location, group, [unit]: found, limit } },
  );
}
