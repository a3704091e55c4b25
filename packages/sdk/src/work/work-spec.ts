import type { JsonReader } from "../data/json-reader.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { type FeatureMethod, parseFeatureMethod } from "./feature-method.ts";
import { type LabelRule, parseLabelRule } from "./label-rule.ts";
import { MAX_RESULT_BYTES, MAX_SPEC_BYTES, MAX_VALUE_BITS } from "./limits.ts";
import { parseTrainingParams, type TrainingParams } from "./training-params.ts";
import { fetchDocument, writeDocument } from "./read-document.ts";
import { parseRecipe, type RecipeStep } from "./recipe.ts";
import { bounded, text } from "./work-input.ts";

const KIND = "corex/work-spec";
const MAX_CLASSES = 64;
const MAX_NAME = 64;

interface SpecBase {
  /** Bytes of a result; larger ones are rejected unread. */
  readonly maxResultBytes: number;
}

/** Outputs of a registered model on new inputs. */
export interface InferenceSpec extends SpecBase {
  readonly work: "inference";
  /** Artifact of the model, as its registry entry names it. */
  readonly model: ContentId;
}

/** A class for each item. */
export interface LabellingSpec extends SpecBase {
  readonly work: "labelling";
  readonly classes: readonly string[];
  /** Public weak labeller; without it executors label by people or by rules of their own. */
  readonly rule?: LabelRule;
  /** Score that labels need to be accepted, in [1, 100]. */
  readonly minScore: number;
}

/** A description of each row or text. */
export interface FeaturesSpec extends SpecBase {
  readonly work: "features";
  readonly method: FeatureMethod;
}

/** Rows made ready for training. */
export interface PreprocessingSpec extends SpecBase {
  readonly work: "preprocessing";
  readonly steps: readonly RecipeStep[];
  /** Format of the values: the last step rounds to it and saturates. */
  readonly bits: number;
  readonly fraction: number;
}

/** A small network trained in floating point. */
export interface TrainingSpec extends SpecBase {
  readonly work: "training";
  readonly training: TrainingParams;
}

/** What a task of the work market asks for, the same for all its fragments. */
export type WorkSpec = InferenceSpec | LabellingSpec | FeaturesSpec | PreprocessingSpec | TrainingSpec;

/** The spec of one kind of work. */
export type SpecOf<N extends WorkSpec["work"]> = Extract<WorkSpec, { readonly work: N }>;

/** Stores a spec. Equal specs have equal ids. */
export async function putWorkSpec(store: ContentStore, spec: WorkSpec): Promise<ContentId> {
  return store.put(writeDocument(KIND, { ...spec }));
}

/** Reads a spec. @throws CorexError WORK_SPEC_INVALID, WORK_PATTERN_UNSAFE, and what the store throws. */
export async function getWorkSpec(store: ContentStore, id: ContentId): Promise<WorkSpec> {
  const format = { kind: KIND, code: "WORK_SPEC_INVALID", name: `work spec ${id}`, maxBytes: MAX_SPEC_BYTES };
  const document = await fetchDocument(store, id, format);
  const maxResultBytes = document.field("maxResultBytes").integer(1, MAX_RESULT_BYTES);
  return { maxResultBytes, ...parseKind(document) };
}

function parseKind(document: JsonReader): WithoutBase<WorkSpec> {
  const work = document
    .field("work")
    .matching(/^(?:inference|labelling|features|preprocessing|training)$/, "a kind of work") as WorkSpec["work"];
  switch (work) {
    case "inference":
      return { work, model: document.field("model").contentId() };
    case "labelling":
      return { work, ...parseLabelling(document) };
    case "features":
      return { work, method: parseFeatureMethod(document.field("method")) };
    case "preprocessing":
      return { work, ...parseFormat(document), steps: parseRecipe(document.field("steps")) };
    case "training":
      return { work, training: parseTrainingParams(document.field("training")) };
  }
}

type WithoutBase<S> = S extends SpecBase ? Omit<S, "maxResultBytes"> : never;

/** Bits and fraction bits of values. @throws the error of the reader. */
function parseFormat(document: JsonReader): { bits: number; fraction: number } {
  const bits = document.field("bits").integer(2, MAX_VALUE_BITS);
  return { bits, fraction: document.field("fraction").integer(0, bits - 1) };
}

function parseLabelling(document: JsonReader): Omit<WithoutBase<LabellingSpec>, "work"> {
  const list = document.field("classes");
  const classes = bounded(list, MAX_CLASSES, 2).map((name) => text(name, MAX_NAME));
  if (new Set(classes).size !== classes.length) throw list.fail("different names");
  const rule = document.optional("rule");
  return {
    classes,
    ...(rule === undefined ? {} : { rule: parseLabelRule(rule, classes.length) }),
    minScore: document.field("minScore").integer(1, 100),
  };
}
