import { createHash } from "node:crypto";

import { CorexError } from "../../errors.ts";
import type { BlockStore } from "../../store/block-store.ts";
import { addFile } from "../../store/unixfs-file.ts";
import { LIMITS } from "./limits.ts";
import type { PreparedShardEntry } from "./prepared-manifest.ts";
import { encodeShard, rowBytes, shardBytes } from "./prepared-shard.ts";
import type { RowScaler } from "./row-scaler.ts";
import type { RowBatch } from "./row-source.ts";

export interface ShardWriterOptions {
  readonly blocks: Pick<BlockStore, "put">;
  readonly scaler: RowScaler;
  readonly width: number;
  readonly labelled: boolean;
  /** Null for as many as fit into the default size. */
  readonly shardRows: number | null;
}

/** Collects rows and stores them as shards. Holds one shard. */
export class ShardWriter {
  readonly shardRows: number;
  readonly #options: ShardWriterOptions;
  readonly #values: Float32Array;
  readonly #labels: Uint32Array;
  readonly #row: Float32Array;
  readonly #entries: PreparedShardEntry[] = [];
  #filled = 0;
  #position = 0;

  /** @throws CorexError DATA_TOO_LARGE when a shard would be larger than a shard may be. */
  constructor(options: ShardWriterOptions) {
    const { width, labelled, scaler } = options;
    const bytesPerRow = rowBytes({ width, labelled });
    this.shardRows = options.shardRows ?? Math.max(1, Math.floor(LIMITS.defaultShardBytes / bytesPerRow));
    const bytes = shardBytes({ index: LIMITS.shards, rows: this.shardRows, width, labelled });
    if (bytes > LIMITS.shardBytes) {
      throw new CorexError(
        "DATA_TOO_LARGE",
        `a shard of ${this.shardRows} rows would have ${bytes} bytes, at most ${LIMITS.shardBytes}: lower shardRows`,
        { retry: "after-change", details: { shardRows: this.shardRows, bytes, limit: LIMITS.shardBytes } },
      );
    }
    this.#options = options;
    this.#values = new Float32Array(this.shardRows * width);
    this.#labels = new Uint32Array(labelled ? this.shardRows : 0);
    this.#row = new Float32Array(scaler.copies * width);
  }

  /** Adds every row of a batch with its copies. @throws CorexError DATA_OUT_OF_RANGE, DATA_TOO_LARGE, and what the store throws. */
  async append(batch: RowBatch): Promise<void> {
    const { scaler, width } = this.#options;
    for (let row = 0; row < batch.count; row++) {
      scaler.write(batch, row, this.#position, width, this.#row);
      this.#position += 1;
      for (let copy = 0; copy < scaler.copies; copy++) {
        // Value by value: a view of every row would be an object each.
        const offset = this.#filled * width;
        for (let index = 0; index < width; index++) this.#values[offset + index] = this.#row[copy * width + index] ?? 0;
        if (batch.labels !== undefined) this.#labels[this.#filled] = batch.labels[row] ?? 0;
        this.#filled += 1;
        if (this.#filled === this.shardRows) await this.#store();
      }
    }
  }

  /** Stores what is left and returns all shards in order. */
  async finish(): Promise<readonly PreparedShardEntry[]> {
    if (this.#filled > 0) await this.#store();
    return this.#entries;
  }

  async #store(): Promise<void> {
    const { blocks, width, labelled } = this.#options;
    const index = this.#entries.length;
    if (index === LIMITS.shards) {
      throw new CorexError(
        "DATA_TOO_LARGE",
        `the dataset has more than ${LIMITS.shards} shards of ${this.shardRows} rows: raise shardRows`,
        { retry: "after-change", details: { limit: LIMITS.shards, shardRows: this.shardRows } },
      );
    }
    const rows = this.#filled;
    const bytes = encodeShard({
      index,
      rows,
      width,
      values: this.#values.subarray(0, rows * width),
      ...(labelled ? { labels: this.#labels.subarray(0, rows) } : {}),
    });
    const cid = await addFile(blocks, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.#entries.push({ index, cid, rows, bytes: bytes.length, sha256 });
    this.#filled = 0;
  }
}
