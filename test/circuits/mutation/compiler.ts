import fs from "node:fs";
import { createRequire } from "node:module";

import { CIRCOM_FLAGS } from "../../../scripts/circuits/lib/circom.ts";

const require = createRequire(import.meta.url);

/** Compiled WebAssembly; the types of Node do not name it. */
type Module = object;

const { WebAssembly } = globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<Module> } };

interface Runner {
  compile: (bytes: Uint8Array) => Promise<Module>;
  execute(bytes: Uint8Array): Promise<unknown>;
}

interface Circom2 {
  readonly CircomRunner: new (options: object) => Runner;
  readonly bindings: object;
}

const EMPTY = new Uint8Array();
let compiler: Promise<Module> | undefined;

/**
 * Runs the compiler inside this process. A mutation run compiles thousands of small circuits, for which starting the
 * compiler costs more than compiling.
 *
 * @param main path of the main component, relative to the working directory, as is `directory`.
 * @returns whether the compiler accepted it. What it prints is dropped.
 */
export async function compileInProcess(main: string, directory: string): Promise<boolean> {
  const { CircomRunner, bindings } = require("circom2") as Circom2;
  compiler ??= WebAssembly.compile(fs.readFileSync(require.resolve("circom2/circom.wasm")));
  const files = {
    ...fs,
    writeSync: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number =>
      fd <= 2 ? length : fs.writeSync(fd, bytes, offset, length, position),
  };
  const runner = new CircomRunner({
    args: [main, "--r1cs", "--sym", ...CIRCOM_FLAGS, "-l", "node_modules", "-o", directory],
    env: process.env,
    preopens: { ".": "." },
    bindings: { ...bindings, fs: files },
  });
  const compiled = compiler;
  runner.compile = () => compiled;
  try {
    await runner.execute(EMPTY);
    return fs.existsSync(`${directory}/main.r1cs`);
  } catch {
    // A rejected source ends the program with an exit code, which the runner throws.
    return false;
  }
}
