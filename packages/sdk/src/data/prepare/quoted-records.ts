import { parse, type Parser } from "csv-parse";

import type { TableRow } from "../csv.ts";
import { LIMITS } from "./limits.ts";
import { malformedCsv } from "./malformed-csv.ts";

/** Reads CSV with quotes piece by piece. */
export class QuotedRecords {
  readonly #parser: Parser;
  readonly #name: string;
  #records: TableRow[] = [];

  /** @param linesBefore lines that were read before the first piece: they ended with LF, and so must the others. */
  constructor(delimiter: string, name: string, linesBefore: number) {
    this.#name = name;
    this.#parser = parse({
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: LIMITS.recordBytes,
      ...(linesBefore > 0 ? { record_delimiter: "\n" } : {}),
      on_record: (cells: string[], { lines }) => {
        this.#records.push({ line: linesBefore + lines, cells });
        return null;
      },
    });
    // Errors are reported by the calls below; without a listener they would end the process.
    this.#parser.on("error", () => undefined);
  }

  /** Records that end in this piece. @throws CorexError DATA_MALFORMED_CSV. */
  write(piece: string): Promise<TableRow[]> {
    return new Promise((resolve, reject) => {
      this.#parser.write(piece, (error) => {
        if (error) reject(malformedCsv(this.#name, error.message, error));
        else resolve(this.#take());
      });
    });
  }

  /** Records that the end of the file ends. @throws CorexError DATA_MALFORMED_CSV, for example an open quote. */
  finish(): Promise<TableRow[]> {
    return new Promise((resolve, reject) => {
      this.#parser.once("error", (error) => reject(malformedCsv(this.#name, error.message, error)));
      this.#parser.end(() => resolve(this.#take()));
    });
  }

  #take(): TableRow[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}
