import { parseArgs } from "node:util";

import * as snarkjs from "snarkjs";

import { CorexError } from "../../packages/sdk/src/errors.ts";
import { step } from "../circuits/lib/progress.ts";
import { append } from "./lib/append.ts";
import { type Print, printLine } from "./lib/print.ts";
import { LEAST_CONTRIBUTORS } from "./lib/record.ts";
import { COMMON_OPTIONS, openCeremony, usage } from "./lib/workspace.ts";

const NAME = "final beacon";
/** snarkjs asks for 2^10 at least; 2^30 take the better part of an hour. */
const [LEAST_ITERATIONS, MOST_ITERATIONS] = [10, 30];

/**
 * `beacon --value HEX --source TEXT [--iterations 10] (--circuit KEY | --folder DIR) [--ptau PATH | --download]`: ends
 * the ceremony with a public value that nobody knew when the last contribution was made. 2^iterations hashes.
 *
 * @throws CorexError CEREMONY_BEACON when value, source or iterations are unusable or not those announced,
 *   CEREMONY_CONTRIBUTORS when too few contributed; and what `openCeremony` and `append` throw.
 */
export async function beacon(args: readonly string[], print: Print = printLine): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      ...COMMON_OPTIONS,
      value: { type: "string" },
      source: { type: "string" },
      iterations: { type: "string", default: "10" },
    },
  });
  if (options.value === undefined || options.source === undefined) {
    throw usage("say which value and where it comes from: beacon --value HEX --source TEXT");
  }
  const value = options.value.replace(/^0x/, "").toLowerCase();
  const source = options.source.trim();
  const iterationsExponent = Number(options.iterations);
  if (!/^([0-9a-f]{2}){32,128}$/.test(value)) throw refused(`${options.value} is not 32 to 128 bytes in hexadecimal`);
  if (source === "") throw refused("the source is empty");
  if (
    !Number.isInteger(iterationsExponent) ||
    iterationsExponent < LEAST_ITERATIONS ||
    iterationsExponent > MOST_ITERATIONS
  ) {
    throw refused(`2^${options.iterations} iterations: 2^${LEAST_ITERATIONS} to 2^${MOST_ITERATIONS} are possible`);
  }

  const workspace = await openCeremony(options, print);
  const { contributions, beaconSource } = workspace.record;
  if (beaconSource !== undefined && beaconSource !== source) {
    throw refused(`the beacon was announced from "${beaconSource}", not from "${source}"`);
  }
  if (contributions.length < LEAST_CONTRIBUTORS) {
    throw new CorexError(
      "CEREMONY_CONTRIBUTORS",
      `${contributions.length} contributed, at least ${LEAST_CONTRIBUTORS} are needed: one alone would know the secret`,
      { retry: "after-change" },
    );
  }

  const attestation = await append(
    workspace,
    { kind: "beacon", name: NAME, beacon: { source, value, iterationsExponent } },
    async (from, to) => {
      const made = await step(
        `beacon, 2^${iterationsExponent} hashes`,
        async (logger) => snarkjs.zKey.beacon(from, to, NAME, value, iterationsExponent, logger),
        print,
      );
      if (made === false) throw refused("snarkjs does not take it");
    },
    print,
  );
  print(`The ceremony has ended. Publish ${attestation} and the folder; then: npm run ceremony -- verify`);
  return true;
}

function refused(reason: string): CorexError {
  return new CorexError("CEREMONY_BEACON", `no beacon: ${reason}`, { retry: "after-change" });
}
