import { CorexError } from "../errors.ts";
import { NO_LABEL } from "./label-rule.ts";
import type { Labels } from "./label-score.ts";
import { readDocument, requireNoMore, writeDocument } from "./read-document.ts";

const KIND = "corex/work-labels";
const CODE = "WORK_RESULT_INVALID";
const SALT = /^0x[0-9a-f]{64}$/;
const MAX_NODE = 2 ** 32 - 1;
const MAX_CLASSES = 64;

/** Who labelled what. The salt hides the labels behind the digest until the document is published. */
export interface LabelsDocument {
  readonly node: number;
  readonly fragment: number;
  /** 32 random bytes as `0x` and 64 hexadecimal digits. */
  readonly salt: string;
  readonly classes: number;
  /** Class of each item of the input, in its order; -1 for none. */
  readonly labels: Labels;
}

/** What a document of labels has to be about. */
export interface ExpectedLabels {
  readonly items: number;
  readonly classes: number;
  readonly fragment: number;
  readonly maxBytes: number;
}

export function writeLabels({ node, fragment, salt, classes, labels }: LabelsDocument): Uint8Array {
  return writeDocument(KIND, { node, fragment, salt, classes, labels });
}

/** Reads labels of any fragment. @throws CorexError WORK_RESULT_INVALID, also for fields that nothing asks for. */
export function readLabels(bytes: Uint8Array, maxBytes: number): LabelsDocument {
  const format = { kind: KIND, code: CODE, name: "labels", maxBytes };
  const document = readDocument(bytes, format);
  const classes = document.field("classes").integer(2, MAX_CLASSES);
  const parsed = {
    node: document.field("node").integer(1, MAX_NODE),
    fragment: document.field("fragment").integer(0, MAX_NODE),
    salt: document.field("salt").matching(SALT, "32 bytes in hexadecimal"),
    classes,
    labels: document
      .field("labels")
      .items()
      .map((label) => label.integer(NO_LABEL, classes - 1)),
  };
  requireNoMore(bytes, writeLabels(parsed), format);
  return parsed;
}

/** Reads labels of one fragment, of anyone. @throws CorexError WORK_RESULT_INVALID. */
export function readLabelsOf(bytes: Uint8Array, expected: ExpectedLabels): LabelsDocument {
  const parsed = readLabels(bytes, expected.maxBytes);
  const { fragment, classes, labels } = parsed;
  const wrong = [
    ["fragment", fragment, expected.fragment],
    ["classes", classes, expected.classes],
    ["number of labels", labels.length, expected.items],
  ].find(([, actual, wanted]) => actual !== wanted);
  if (wrong !== undefined) throw invalid(`the ${wrong[0]} is ${wrong[1]}, expected ${wrong[2]}`);
  return parsed;
}

function invalid(problem: string): CorexError {
  return new CorexError(CODE, `labels: ${problem}`, { retry: "after-change" });
}
