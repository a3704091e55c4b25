import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh folder for every test of the surrounding block, removed afterwards. Returns a getter for its path. */
export function temporaryFolder(): () => string {
  let path = "";
  beforeEach(function () {
    path = mkdtempSync(join(tmpdir(), "corex-"));
  });
  afterEach(function () {
    rmSync(path, { recursive: true, force: true });
  });
  return () => path;
}
