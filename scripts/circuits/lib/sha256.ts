import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** SHA-256 of a text or of bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of a file, in hexadecimal. */
export function sha256File(path: string): string {
  return sha256(readFileSync(path));
}
