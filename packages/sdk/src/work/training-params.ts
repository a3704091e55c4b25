import type { JsonReader } from "../data/json-reader.ts";
import type { ContentId } from "../store/content-id.ts";
import { MAX_WIDTH } from "./limits.ts";
import { bounded, text } from "./work-input.ts";

const MAX_HIDDEN_LAYERS = 8;
const MAX_UNITS = 1024;
const MAX_CLASSES = 64;
const MAX_EPOCHS = 10_000;
const MAX_BATCH = 2 ** 16;
const MAX_SEED = 128;
/** Largest tolerances of a spec: more would let a claim say nothing. */
const MAX_ABSOLUTE = 0.01;
const MAX_RELATIVE = 0.1;
const MAX_HITS = 2 ** 10;

export type Activation = "relu" | "tanh" | "sigmoid";

/** A dense layer between the features and the scores of the classes. */
export interface HiddenLayer {
  readonly units: number;
  readonly activation: Activation;
}

/** Layers of a classifier: hidden ones, then one score for each class. Without hidden layers it is logistic regression. */
export interface Architecture {
  /** Features of a sample. */
  readonly inputs: number;
  readonly hidden: readonly HiddenLayer[];
  readonly classes: number;
}

export interface Optimiser {
  readonly name: "sgd" | "momentum" | "adam";
  readonly learningRate: number;
}

/** By how much claimed and re-evaluated metrics may differ. */
export interface Tolerance {
  /** Of the loss: |claimed - found| <= absolute + relative x found. */
  readonly absolute: number;
  readonly relative: number;
  /** Of the hits. */
  readonly hits: number;
}

/** How to train, and what the outcome must be worth. */
export interface TrainingParams {
  readonly architecture: Architecture;
  readonly optimiser: Optimiser;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: string;
  /** Public samples that the outcome is measured on. */
  readonly validation: ContentId;
  readonly tolerance: Tolerance;
  /** The loss must be at most that of the class frequencies minus this, in nats; above zero. */
  readonly margin: number;
  /** Share of the validation samples that must be classified rightly, in [0, 1]. */
  readonly minAccuracy: number;
}

/** Reads training parameters. @throws the error of the reader. */
export function parseTrainingParams(params: JsonReader): TrainingParams {
  const [architecture, optimiser, tolerance] = ["architecture", "optimiser", "tolerance"].map((name) =>
    params.field(name),
  ) as [JsonReader, JsonReader, JsonReader];
  return {
    architecture: {
      inputs: architecture.field("inputs").integer(1, MAX_WIDTH),
      hidden: bounded(architecture.field("hidden"), MAX_HIDDEN_LAYERS, 0).map((layer) => ({
        units: layer.field("units").integer(1, MAX_UNITS),
        activation: layer.field("activation").matching(/^(?:relu|tanh|sigmoid)$/, "an activation") as Activation,
      })),
      classes: architecture.field("classes").integer(2, MAX_CLASSES),
    },
    optimiser: {
      name: optimiser.field("name").matching(/^(?:sgd|momentum|adam)$/, "an optimiser") as Optimiser["name"],
      learningRate: between(optimiser.field("learningRate"), 1e-6, 10),
    },
    epochs: params.field("epochs").integer(1, MAX_EPOCHS),
    batchSize: params.field("batchSize").integer(1, MAX_BATCH),
    seed: text(params.field("seed"), MAX_SEED),
    validation: params.field("validation").contentId(),
    tolerance: {
      absolute: between(tolerance.field("absolute"), 0, MAX_ABSOLUTE),
      relative: between(tolerance.field("relative"), 0, MAX_RELATIVE),
      hits: tolerance.field("hits").integer(0, MAX_HITS),
    },
    margin: between(params.field("margin"), 1e-3, 10),
    minAccuracy: between(params.field("minAccuracy"), 0, 1),
  };
}

function between(field: JsonReader, min: number, max: number): number {
  const value = field.number();
  if (!(value >= min && value <= max)) throw field.fail(`a number in [${min}, ${max}]`);
  return value;
}
