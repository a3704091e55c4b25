/** Test content number `index`: 100 kB, so that writing it takes more than one system call. */
export function blob(index: number): Uint8Array {
  return new Uint8Array(100_000).map((_, position) => (position * 31 + index) % 251);
}
