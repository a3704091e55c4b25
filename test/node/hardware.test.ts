import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import {
  detectHardware,
  hardwareMetadata,
  suggestDeviceClass,
  type Hardware,
} from "../../packages/node/src/benchmark/hardware.ts";
import { readNvidiaSmi } from "../../packages/node/src/benchmark/nvidia-smi.ts";

const H200 = { model: "NVIDIA H200", memoryMiB: 143_771 };
const MACHINE: Hardware = { cpu: "AMD EPYC", physicalCores: 8, logicalCores: 16, memoryMiB: 65_536, gpus: [] };

// readNvidiaSmi
// ├── when the tool is not installed: undefined
// ├── when it lists cards: their names and memory
// ├── when a line cannot be read: the others
// └── when it fails, hangs, or prints garbage: none
describe("readNvidiaSmi", function () {
  const path = process.env.PATH ?? "";
  let folder: string;

  beforeEach(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-smi-"));
  });

  afterEach(function () {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts an executable `nvidia-smi` on the path, before everything else. */
  function install(script: string): void {
    const file = join(folder, "nvidia-smi");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
  }

  it("is undefined when the tool is not installed", async function () {
    process.env.PATH = folder;
    expect(await readNvidiaSmi()).to.equal(undefined);
  });

  it("reads what the tool lists, asking for names and memory without units", async function () {
    install(
      `[ "$1 $2" = "--query-gpu=name,memory.total --format=csv,noheader,nounits" ] || exit 9
printf 'NVIDIA H200, 143771\\nTesla T4, 15360\\n'`,
    );
    expect(await readNvidiaSmi()).to.deep.equal([H200, { model: "Tesla T4", memoryMiB: 15_360 }]);
  });

  it("leaves out lines that it cannot read, and characters that are not plain", async function () {
    install(
      `printf 'NVIDIA H200, [N/A]\\nname only\\n, 5\\nA, B, 7\\nX, -1\\nX, 1e9\\n\\033[31mT4\\007, 16\\nNVIDIA H200, 143771\\n'`,
    );
    expect(await readNvidiaSmi()).to.deep.equal([{ model: "[31mT4", memoryMiB: 16 }, H200]);
  });

  for (const [what, script] of [
    ["fails", "echo 'NVIDIA H200, 143771'; exit 15"],
    ["prints garbage", "head -c 1000 /dev/urandom"],
    ["prints nothing", "exit 0"],
    ["prints without end", "while :; do echo 'NVIDIA H200, 143771'; done"],
  ] as const) {
    it(`knows of no cards when the tool ${what}`, async function () {
      install(script);
      expect(await readNvidiaSmi()).to.deep.equal([]);
    });
  }

  it("gives up on a tool that hangs", async function () {
    install("exec sleep 60");
    const started = Date.now();
    expect(await readNvidiaSmi(300)).to.deep.equal([]);
    expect(Date.now() - started).to.be.lessThan(5_000);
  });

  it("is what hardware detection takes its cards from", async function () {
    install("echo 'NVIDIA H200, 143771'");
    const hardware = await detectHardware();
    expect(hardware.gpus).to.deep.equal([H200]);
    expect(suggestDeviceClass(hardware)).to.equal("GPU");
  });
});

// detectHardware
// └── it finds a processor, cores and memory on any machine
describe("detectHardware", function () {
  it("finds processor, cores and memory of this machine", async function () {
    const { cpu, physicalCores, logicalCores, memoryMiB } = await detectHardware();
    expect(cpu).to.match(/^[\x20-\x7e]{1,80}$/);
    expect(physicalCores).to.be.within(1, logicalCores);
    expect(logicalCores).to.be.within(1, 4_096);
    expect(memoryMiB).to.be.greaterThan(256);
  });

  it("falls back on Node when the library does not answer in time", async function () {
    const { logicalCores, memoryMiB } = await detectHardware(0);
    expect(logicalCores).to.be.greaterThan(0);
    expect(memoryMiB).to.be.greaterThan(256);
  });
});

// suggestDeviceClass
// ├── a card with memory of its own: GPU
// ├── few cores and little memory: Edge
// └── else: CPU
describe("suggestDeviceClass", function () {
  for (const [expected, change] of [
    ["CPU", {}],
    ["GPU", { gpus: [H200] }],
    ["CPU", { gpus: [{ model: "Integrated", memoryMiB: 512 }] }],
    ["Edge", { logicalCores: 4, memoryMiB: 4_096 }],
    ["CPU", { logicalCores: 4, memoryMiB: 8_192 }],
    ["CPU", { logicalCores: 5, memoryMiB: 2_048 }],
  ] as [string, Partial<Hardware>][]) {
    it(`says ${expected} for ${JSON.stringify(change)}`, function () {
      expect(suggestDeviceClass({ ...MACHINE, ...change })).to.equal(expected);
    });
  }
});

// hardwareMetadata
// ├── it is a data URI whose JSON is the hardware
// └── it leaves out cards from the end until it fits into 512 bytes
describe("hardwareMetadata", function () {
  const decode = (uri: string): unknown =>
    JSON.parse(Buffer.from(uri.replace("data:application/json;base64,", ""), "base64").toString());

  it("is a data URI whose JSON is the hardware", function () {
    const machine = { ...MACHINE, gpus: [H200] };
    expect(decode(hardwareMetadata(machine))).to.deep.equal(machine);
  });

  it("leaves out cards from the end until it fits", function () {
    const gpus = Array.from({ length: 16 }, (_, index) => ({
      model: `${index}`.padEnd(80, "x"),
      memoryMiB: 999_999_999,
    }));
    const uri = hardwareMetadata({ ...MACHINE, cpu: "c".repeat(80), gpus });
    expect(Buffer.byteLength(uri)).to.be.at.most(512);
    const { gpus: kept } = decode(uri) as Hardware;
    expect(kept).to.deep.equal(gpus.slice(0, kept.length));
    expect(kept.length).to.be.within(1, 15);
  });
});
