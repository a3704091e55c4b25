import { sliceEnd, type SliceSizes } from "../slice-text.ts";

/** Cuts text that comes in pieces into the slices that `sliceText` cuts the whole text into. Holds one piece and one slice. */
export async function* sliceStream(
  texts: AsyncIterable<string>,
  { sliceBytes, minSliceBytes }: SliceSizes,
): AsyncGenerator<string> {
  let pending = Buffer.alloc(0);
  for await (const text of texts) {
    pending = Buffer.concat([pending, Buffer.from(text, "utf8")]);
    let start = 0;
    // With a byte beyond the slice at hand, where it ends does not depend on what follows.
    while (pending.length - start > sliceBytes) {
      const end = sliceEnd(pending, start, sliceBytes);
      if (end - start >= minSliceBytes) yield pending.toString("utf8", start, end);
      start = end;
    }
    pending = pending.subarray(start);
  }
  if (pending.length > 0 && pending.length >= minSliceBytes) yield pending.toString("utf8");
}
