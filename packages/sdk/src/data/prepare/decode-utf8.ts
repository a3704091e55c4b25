import { CorexError } from "../../errors.ts";

/**
 * Decodes UTF-8 piece by piece: a byte order mark is removed and CRLF becomes LF, wherever the pieces are cut.
 *
 * @param name of the file, for the message.
 * @throws CorexError DATA_NOT_UTF8.
 */
export async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let held = "";
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new CorexError("DATA_NOT_UTF8", `${name} is not UTF-8 text (within ${bytes} bytes)`, {
        retry: "after-change",
        details: { path: name, bytes },
        cause,
      });
    }
  };
  for await (const chunk of chunks) {
    bytes += chunk.length;
    const text = held + decode(chunk);
    // A carriage return at the end may be half of a line end.
    held = text.endsWith("\r") ? "\r" : "";
    const whole = held === "" ? text : text.slice(0, -1);
    if (whole !== "") yield whole.replaceAll("\r\n", "\n");
  }
  const rest = held + decode();
  if (rest !== "") yield rest;
}
