import type sharp from "sharp";

import { CorexError } from "../../errors.ts";
import { LIMITS } from "./limits.ts";
import { channelsOf, type ImageRecipe } from "./recipe.ts";

/** Formats of pixels. SVG is left out: what it looks like depends on the fonts of the machine. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "gif", "tiff", "heif"];

/** What the decoder says about an image that is too large. */
const PIXEL_LIMIT = /pixel limit/;

/**
 * Decodes an image into 8-bit pixels of `width` x `height`, row by row: turned upright as its metadata says, transparency
 * on black, stretched with a Lanczos filter; of several frames the first.
 *
 * @throws CorexError DATA_WRONG_TYPE (no image), DATA_MALFORMED_IMAGE (damaged or cut off, or too many pixels).
 */
export async function decodeImage(
  decoder: typeof sharp,
  bytes: Uint8Array,
  { name, colour, width, height }: Pick<ImageRecipe, "colour" | "width" | "height"> & { readonly name: string },
): Promise<Uint8Array> {
  const image = decoder(bytes, { failOn: "warning", limitInputPixels: LIMITS.imagePixels });
  const { format } = await image.metadata().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw PIXEL_LIMIT.test(reason) ? malformed(name, reason, cause) : wrongType(name, reason, cause);
  });
  if (!FORMATS.includes(format)) throw wrongType(name, `its format is ${format}`);
  const upright = image.autoOrient().flatten({ background: "#000000" });
  const coloured = colour === "grey" ? upright.greyscale().toColourspace("b-w") : upright.toColourspace("srgb");
  const { data, info } = await coloured
    .resize(width, height, { fit: "fill", kernel: "lanczos3", fastShrinkOnLoad: false })
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw malformed(name, cause instanceof Error ? cause.message : String(cause), cause);
    });
  if (info.channels !== channelsOf(colour) || data.length !== width * height * info.channels) {
    throw malformed(name, `it decoded to ${info.width} x ${info.height} pixels of ${info.channels} channels`);
  }
  return data;
}

function wrongType(name: string, reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_WRONG_TYPE", `${name} is no image that can be read: ${reason}`, {
    retry: "after-change",
    details: { path: name },
    cause,
  });
}

function malformed(name: string, reason: string, cause?: unknown): CorexError {
  return new CorexError("DATA_MALFORMED_IMAGE", `${name} is damaged: ${reason}`, {
    retry: "after-change",
    details: { path: name },
    cause,
  });
}
