import type { Prng } from "../prng.ts";

/** Where a row is cut out of a larger image, and whether it is mirrored. */
export interface Cut {
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
}

/** The cut of variant `variant`: the middle for the image itself, and one drawn for every other. */
export function drawCut(
  prng: Prng,
  variant: number,
  { cropMargin, flip }: { readonly cropMargin: number; readonly flip: boolean },
): Cut {
  const middle = Math.floor(cropMargin / 2);
  if (variant === 0) return { left: middle, top: middle, mirrored: false };
  return {
    left: prng.below(cropMargin + 1),
    top: prng.below(cropMargin + 1),
    mirrored: flip && prng.below(2) === 1,
  };
}

/** Sizes of an image in pixels: of the larger one, and of the cut. */
export interface CutSizes {
  readonly fromWidth: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Copies a cut of `pixels` to `target` from `offset` on, on a scale of 0 to 1 (v / 255), row by row and pixel by pixel. */
export function copyCut(
  pixels: Uint8Array,
  { left, top, mirrored }: Cut,
  { fromWidth, width, height, channels }: CutSizes,
  target: Float64Array,
  offset: number,
): void {
  let at = offset;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = left + (mirrored ? width - 1 - x : x);
      const from = ((top + y) * fromWidth + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        target[at] = (pixels[from + channel] ?? 0) / 255;
        at += 1;
      }
    }
  }
}
