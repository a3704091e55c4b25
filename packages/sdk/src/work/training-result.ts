import { CorexError } from "../errors.ts";
import { readDocument, requireNoMore, writeDocument } from "./read-document.ts";

const KIND = "corex/work-training";
const CODE = "WORK_RESULT_INVALID";
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const FLOAT_BYTES = 4;
const MAX_UINT32 = 2 ** 32 - 1;

/** What a training fragment ends in: weights, and what its maker measured. */
export interface TrainingResult {
  readonly node: number;
  readonly fragment: number;
  /** Claimed on the validation samples: mean cross-entropy in nats. */
  readonly loss: number;
  /** Claimed on the validation samples: how many are classified rightly. */
  readonly hits: number;
  /** As `networkSize` says; in the document float32, little-endian, in base64. */
  readonly weights: Float32Array;
}

export function writeTraining({ node, fragment, loss, hits, weights }: TrainingResult): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(weights.length * FLOAT_BYTES));
  weights.forEach((weight, i) => bytes.setFloat32(i * FLOAT_BYTES, weight, true));
  return writeDocument(KIND, { node, fragment, loss, hits, weights: Buffer.from(bytes.buffer).toString("base64") });
}

/**
 * Reads a result of anyone.
 *
 * @throws CorexError WORK_RESULT_INVALID, also for weights that are not finite and for fields that nothing asks for.
 */
export function readTraining(bytes: Uint8Array, maxBytes: number): TrainingResult {
  const format = { kind: KIND, code: CODE, name: "training result", maxBytes };
  const document = readDocument(bytes, format);
  const parsed = {
    node: document.field("node").integer(1, MAX_UINT32),
    fragment: document.field("fragment").integer(0, MAX_UINT32),
    loss: document.field("loss").number(),
    hits: document.field("hits").integer(0, MAX_UINT32),
    weights: decode(document.field("weights").matching(BASE64, "base64")),
  };
  requireNoMore(bytes, writeTraining(parsed), format);
  return parsed;
}

function decode(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length % FLOAT_BYTES !== 0) throw invalid(`${bytes.length} bytes of weights are no float32 values`);
  const weights = Float32Array.from({ length: bytes.length / FLOAT_BYTES }, (_, i) =>
    bytes.readFloatLE(i * FLOAT_BYTES),
  );
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0) throw invalid(`weights[${wrong}] is ${weights[wrong]}, expected a finite number`);
  return weights;
}

function invalid(problem: string): CorexError {
  return new CorexError(CODE, `training result: ${problem}`, { retry: "after-change" });
}
