/**
 * Phase 2 of the trusted setup of a circuit, on top of the pinned public powers of tau. See docs/ceremony.md.
 *
 *   npm run ceremony -- init|contribute|beacon|verify|finalize OPTIONS
 */
import { CorexError } from "../../packages/sdk/src/errors.ts";
import { beacon } from "./beacon.ts";
import { contribute } from "./contribute.ts";
import { finalize } from "./finalize.ts";
import { init } from "./init.ts";
import { verify } from "./verify.ts";

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  init,
  contribute,
  beacon,
  verify,
  finalize,
};

const USAGE = `npm run ceremony -- COMMAND OPTIONS

  init        --circuit KEY [--beacon-source TEXT]
  contribute  --name NAME [--entropy-file FILE]
  beacon      --value HEX --source TEXT [--iterations 10]
  verify      [--open] [--attestations DIR]
  finalize    [--out DIR] [--attestations DIR]

  all: --circuit KEY or --folder DIR; --ptau FILE or --download; --cache DIR
  docs/ceremony.md says who does what, when and why.`;

// snarkjs leaves files of a verification open; that Node closes them is no news to a participant.
process.removeAllListeners("warning");
process.on("warning", ({ name: kind, message }) => {
  if (!/^Closing (a FileHandle object|file descriptor)/.test(message)) console.error(`${kind}: ${message}`);
});

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (command === undefined) throw new CorexError("CEREMONY_USAGE", `no command "${name}"\n\n${USAGE}`);
  process.exitCode = (await command(args)) ? 0 : 1;
} catch (error) {
  const code = error instanceof CorexError ? ` ${error.code}` : "";
  console.error(`Error${code}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  // The threads of snarkjs would keep the process alive.
  if (globalThis.curve_bn128) await globalThis.curve_bn128.terminate();
}
