import { CorexError } from "../../errors.ts";
import { createPrng } from "../prng.ts";
import { copyCut, drawCut } from "./augment.ts";
import { ClassIndex } from "./class-index.ts";
import { decodeImage } from "./decode-image.ts";
import { imageClasses, LABEL_FILE } from "./image-classes.ts";
import type { InputFile } from "./input-files.ts";
import { LIMITS } from "./limits.ts";
import { mapInOrder } from "./map-in-order.ts";
import { Pass } from "./pass.ts";
import { channelsOf, type ImageRecipe } from "./recipe.ts";
import type { RowBatch, RowSource, Scaling } from "./row-source.ts";

/** Images decoded at once: enough to keep a few cores busy, few enough to keep memory small. */
const PARALLEL = 4;

/**
 * Images as rows: pixel after pixel, channels together. Files come in an order drawn with the seed; an image is followed by
 * its augmented variants.
 *
 * @throws CorexError DATA_EMPTY, DATA_TOO_LARGE, as `imageClasses`; while reading as `decodeImage`.
 */
export async function openImages(files: readonly InputFile[], recipe: ImageRecipe): Promise<RowSource> {
  const { width, height, cropMargin, variants } = recipe;
  const channels = channelsOf(recipe.colour);
  const rowWidth = width * height * channels;
  if (rowWidth > LIMITS.width)
    throw tooLarge(`a row would have ${rowWidth} values, at most ${LIMITS.width} are allowed`);
  const images = recipe.classes === "labels.csv" ? files.filter(({ path }) => path !== LABEL_FILE) : files;
  checkSizes(images);
  const classes =
    recipe.classes === "none" ? undefined : await imageClasses(files, recipe.classes, new Pass({ purpose: "fit" }));
  const index = classes === undefined ? undefined : new ClassIndex(classes.values());
  const prng = createPrng(recipe.seed);
  const shuffled = prng.fork("order").shuffle(images);
  // Loaded late: the decoder brings a library of its own, which other kinds of data need not pay for.
  const { default: sharp } = await import("sharp");

  async function readImage(pass: Pass, file: InputFile): Promise<RowBatch> {
    const larger = { width: width + cropMargin, height: height + cropMargin };
    const pixels = await decodeImage(sharp, await pass.whole(file), { ...recipe, ...larger, name: file.location });
    // Statistics are those of the images themselves: cuts would count some pixels more often than others.
    const count = pass.purpose === "fit" ? 1 : variants;
    const values = new Float64Array(count * rowWidth);
    const stream = prng.fork(`image/${file.path}`);
    for (let variant = 0; variant < count; variant++) {
      const cut = drawCut(stream, variant, recipe);
      copyCut(pixels, cut, { fromWidth: larger.width, width, height, channels }, values, variant * rowWidth);
    }
    const label = index?.of(classes?.get(file.path) ?? "");
    return { count, values, ...(label === undefined ? {} : { labels: new Uint32Array(count).fill(label) }) };
  }

  async function* rows(pass: Pass): AsyncGenerator<RowBatch> {
    const labels = files.find(({ path }) => path === LABEL_FILE);
    // Read again for its digest, like every other file of the pass.
    if (labels !== undefined && recipe.classes === "labels.csv") await pass.whole(labels);
    yield* mapInOrder(shuffled, PARALLEL, (file) => readImage(pass, file));
  }

  return {
    width: rowWidth,
    layout: { width, height, channels },
    ...(index === undefined ? {} : { classes: index }),
    scaling: scalingOf(recipe.normalise, channels),
    rows,
  };
}

function scalingOf(normalise: ImageRecipe["normalise"], channels: number): Scaling {
  if (typeof normalise === "string") return { kind: normalise, channels };
  return { kind: "given", channels, ...normalise };
}

function checkSizes(images: readonly InputFile[]): void {
  if (images.length === 0) {
    throw new CorexError("DATA_EMPTY", "the folder has no images", { retry: "after-change" });
  }
  for (const { location, bytes } of images) {
    if (bytes > LIMITS.imageBytes) {
      throw tooLarge(`${location} has ${bytes} bytes, at most ${LIMITS.imageBytes} are read of an image`);
    }
  }
}

function tooLarge(message: string): CorexError {
  return new CorexError("DATA_TOO_LARGE", message, { retry: "after-change" });
}
