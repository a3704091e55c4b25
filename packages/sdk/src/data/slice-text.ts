const UTF8_CONTINUATION_MASK = 0b1100_0000;
const UTF8_CONTINUATION = 0b1000_0000;

/** Sizes of text slices, in bytes of UTF-8. */
export interface SliceSizes {
  /** Upper bound of a slice; at least 4, the longest code point. */
  readonly sliceBytes: number;
  /** A last slice shorter than this is dropped. */
  readonly minSliceBytes: number;
}

/**
 * Cuts a file into consecutive slices of at most `sliceBytes` bytes, each ending on a code-point boundary.
 *
 * A byte order mark is removed and CRLF becomes LF, so a checkout with other line ends gives the same slices.
 * Bytes that are not UTF-8, or that contain NUL, are not text: the result is empty.
 */
export function sliceText(file: Uint8Array, { sliceBytes, minSliceBytes }: SliceSizes): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return [];
  }
  if (text.includes("\0")) return [];

  const bytes = Buffer.from(text.replaceAll("\r\n", "\n"), "utf8");
  const slices: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = sliceEnd(bytes, start, sliceBytes);
    if (end - start >= minSliceBytes) slices.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return slices;
}

/** Where the slice from `start` ends: at most `sliceBytes` further, on a code-point boundary. `bytes` are UTF-8. */
export function sliceEnd(bytes: Uint8Array, start: number, sliceBytes: number): number {
  let end = Math.min(start + sliceBytes, bytes.length);
  while (end < bytes.length && ((bytes[end] ?? 0) & UTF8_CONTINUATION_MASK) === UTF8_CONTINUATION) end -= 1;
  return end;
}
