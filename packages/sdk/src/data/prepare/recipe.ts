export const RECIPE_KIND = "corex/recipe";
export const RECIPE_VERSION = 1;

/** How raw input becomes shards. A recipe and the raw bytes determine every byte of the result. Fields: docs/data.md. */
export type Recipe = TableRecipe | VectorRecipe | TextRecipe | ImageRecipe;

interface RecipeBase {
  readonly kind: typeof RECIPE_KIND;
  readonly version: typeof RECIPE_VERSION;
  readonly seed: string;
  /** Rows of every shard but the last; null for as many as fit into 1 MiB. */
  readonly shardRows: number | null;
}

/** What can be done to rows of numbers, in this order. */
export interface NumericSteps {
  /** Rows of the input to keep, from `start` up to but without `end`; null is the end of the input. */
  readonly rows: { readonly start: number; readonly end: number | null };
  /** Adds the square of every column and the product of every two. */
  readonly polynomial: boolean;
  /** Fits mean and deviation of every column on the kept rows, and cuts at four deviations. */
  readonly standardise: boolean;
  /** Copies of each row with noise, uniform in (-amplitude, amplitude) in units of what was prepared so far. */
  readonly jitter: { readonly copies: number; readonly amplitude: number } | null;
}

export interface TableRecipe extends RecipeBase, NumericSteps {
  readonly data: "table";
  readonly format: "csv" | "parquet";
  /** Feature columns in this order; null for every column but the target. */
  readonly columns: readonly string[] | null;
  /** Column with the class of each row. */
  readonly target: string | null;
}

export interface VectorRecipe extends RecipeBase, NumericSteps {
  readonly data: "vectors";
  readonly format: "f32" | "npy";
  /** Values of a row; null where the format says it. */
  readonly width: number | null;
}

export interface TextRecipe extends RecipeBase {
  readonly data: "text";
  readonly classes: "folders" | "none";
  /** Upper bound of a slice in bytes of UTF-8. */
  readonly sliceBytes: number;
  /** A last slice shorter than this is dropped. */
  readonly minSliceBytes: number;
  /** Columns that the words of a slice are hashed into. */
  readonly buckets: number;
  /** `l2` divides a row by its Euclidean norm. */
  readonly norm: "l2" | "none";
}

export interface ImageRecipe extends RecipeBase {
  readonly data: "images";
  readonly classes: "folders" | "labels.csv" | "none";
  /** Size of the result in pixels. */
  readonly width: number;
  readonly height: number;
  readonly colour: "grey" | "rgb";
  /** Of the channels, on a scale of 0 to 1: as they are, fitted on all images, or given. */
  readonly normalise: "none" | "fit" | { readonly means: readonly number[]; readonly stds: readonly number[] };
  /** Rows per image: itself, and augmented ones. */
  readonly variants: number;
  /** Pixels that an image is resized larger by, so that an augmented one can be cut out of it anywhere. */
  readonly cropMargin: number;
  /** Whether augmented images are mirrored, one in two. */
  readonly flip: boolean;
}

/** Numbers in one pixel. */
export function channelsOf(colour: ImageRecipe["colour"]): number {
  return colour === "grey" ? 1 : 3;
}
