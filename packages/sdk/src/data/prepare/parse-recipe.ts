import { canonicalJson } from "../../store/canonical-json.ts";
import { JsonReader } from "../json-reader.ts";
import { LIMITS } from "./limits.ts";
import { channelsOf, RECIPE_KIND, RECIPE_VERSION, type ImageRecipe, type NumericSteps, type Recipe } from "./recipe.ts";

const MAX_ROWS = Number.MAX_SAFE_INTEGER;
const MAX_SEED_LENGTH = 256;

/**
 * Validates decoded JSON as a recipe and fills in the defaults: equal recipes become equal values, whatever was left out.
 *
 * @throws CorexError DATA_RECIPE_INVALID naming the field and its value; unknown fields are refused, a typing error
 * would otherwise do nothing without a word.
 */
export function parseRecipe(json: unknown): Recipe {
  const reader = new JsonReader(json, "DATA_RECIPE_INVALID", "recipe");
  const base = {
    kind: reader.field("kind").literal(RECIPE_KIND),
    version: reader.field("version").literal(RECIPE_VERSION),
    seed: reader
      .field("seed")
      .matching(new RegExp(`^[^\\0]{1,${MAX_SEED_LENGTH}}$`, "u"), "a seed of 1 to 256 characters"),
    shardRows: orNull(reader, "shardRows", (rows) => rows.integer(1, LIMITS.shardBytes)),
  };
  const data = oneOf(reader.field("data"), ["table", "vectors", "text", "images"]);
  const recipe: Recipe = { ...base, ...parseData(reader, data) };
  refuseUnknown(reader, json, recipe);
  return recipe;
}

type DataOf<Kind> = Kind extends Recipe ? Omit<Kind, "kind" | "version" | "seed" | "shardRows"> : never;

function parseData(reader: JsonReader, data: Recipe["data"]): DataOf<Recipe> {
  switch (data) {
    case "table":
      return {
        data,
        format: oneOf(reader.field("format"), ["csv", "parquet"]),
        columns: orNull(reader, "columns", (columns) => {
          const names = columns.items().map((name) => name.string());
          if (names.length === 0 || new Set(names).size !== names.length) throw columns.fail("different column names");
          return names;
        }),
        target: orNull(reader, "target", (target) => target.string()),
        ...parseSteps(reader),
      };
    case "vectors": {
      const format = oneOf(reader.field("format"), ["f32", "npy"]);
      const toWidth = (width: JsonReader): number => width.integer(1, LIMITS.width);
      const width = format === "f32" ? toWidth(reader.field("width")) : orNull(reader, "width", toWidth);
      return { data, format, width, ...parseSteps(reader) };
    }
    case "text": {
      const sliceBytes = reader.field("sliceBytes").integer(4, 1024 * 1024);
      return {
        data,
        classes: orElse(reader, "classes", "none", (classes) => oneOf(classes, ["folders", "none"])),
        sliceBytes,
        minSliceBytes: orElse(reader, "minSliceBytes", 1, (bytes) => bytes.integer(1, sliceBytes)),
        buckets: reader.field("buckets").integer(1, 65_536),
        norm: orElse(reader, "norm", "l2", (norm) => oneOf(norm, ["l2", "none"])),
      };
    }
    case "images": {
      const colour = oneOf(reader.field("colour"), ["grey", "rgb"]);
      return {
        data,
        classes: orElse(reader, "classes", "none", (classes) => oneOf(classes, ["folders", "labels.csv", "none"])),
        width: reader.field("width").integer(1, 4096),
        height: reader.field("height").integer(1, 4096),
        colour,
        normalise: orElse(reader, "normalise", "none", (value) => parseNormalise(value, channelsOf(colour))),
        variants: orElse(reader, "variants", 1, (variants) => variants.integer(1, 64)),
        cropMargin: orElse(reader, "cropMargin", 0, (margin) => margin.integer(0, 1024)),
        flip: orElse(reader, "flip", false, (flip) => flip.boolean()),
      };
    }
  }
}

function parseSteps(reader: JsonReader): NumericSteps {
  return {
    rows: orElse(reader, "rows", { start: 0, end: null }, (rows) => {
      const start = orElse(rows, "start", 0, (value) => value.integer(0, MAX_ROWS));
      return { start, end: orNull(rows, "end", (value) => value.integer(start + 1, MAX_ROWS)) };
    }),
    polynomial: orElse(reader, "polynomial", false, (value) => value.boolean()),
    standardise: orElse(reader, "standardise", false, (value) => value.boolean()),
    jitter: orNull(reader, "jitter", (jitter) => {
      const amplitude = jitter.field("amplitude");
      const value = amplitude.number();
      if (!(value > 0 && value <= 4)) throw amplitude.fail("a number above 0, at most 4");
      return { copies: jitter.field("copies").integer(1, 64), amplitude: value };
    }),
  };
}

function parseNormalise(value: JsonReader, channels: number): ImageRecipe["normalise"] {
  if (value.isString()) return oneOf(value, ["none", "fit"]);
  const means = value.field("means").items(channels);
  const stds = value.field("stds").items(channels);
  return {
    means: means.map((mean) => mean.number()),
    stds: stds.map((std) => {
      if (!(std.number() > 0)) throw std.fail("a number above 0");
      return std.number();
    }),
  };
}

function oneOf<const T extends string>(reader: JsonReader, choices: readonly T[]): T {
  const text = reader.string();
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw reader.fail(choices.map((candidate) => `"${candidate}"`).join(" or "));
  return choice;
}

function orNull<T>(reader: JsonReader, name: string, parse: (field: JsonReader) => T): T | null {
  return orElse<T | null>(reader, name, null, parse);
}

/** A field that may be left out or null. */
function orElse<T>(reader: JsonReader, name: string, fallback: T, parse: (field: JsonReader) => T): T {
  const field = reader.optional(name);
  return field === undefined || field.isNull() ? fallback : parse(field);
}

/** Every field given must be one that the parsed value has too, at every depth. */
function refuseUnknown(reader: JsonReader, given: unknown, known: unknown): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return;
  for (const [name, value] of Object.entries(given)) {
    const isKnown = typeof known === "object" && known !== null && Object.hasOwn(known, name);
    if (!isKnown) throw reader.field(name).fail(`no such field; a recipe of this kind is ${canonicalJson(known)}`);
    refuseUnknown(reader.field(name), value, Reflect.get(known, name));
  }
}
