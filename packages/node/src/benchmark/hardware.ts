import { cpus, totalmem } from "node:os";

import { cpu, graphics, mem } from "systeminformation";

import type { DeviceClass } from "@corex/sdk/actions/register-node";

import { printable, readNvidiaSmi, type Gpu } from "./nvidia-smi.ts";

/** What this machine is made of, as far as it can be found out without privileges. */
export interface Hardware {
  readonly cpu: string;
  readonly physicalCores: number;
  readonly logicalCores: number;
  readonly memoryMiB: number;
  readonly gpus: readonly Gpu[];
}

const MIB = 1_024 * 1_024;
const TIMEOUT_MS = 3_000;

/** Limit of the registry for metadata. */
const MAX_METADATA_BYTES = 512;

/** A machine with less of both is no server. */
const EDGE_CORES = 4;
const EDGE_MEMORY_MIB = 4 * 1_024;

/** A card with less memory shares that of the processor. */
const GPU_MEMORY_MIB = 4 * 1_024;

/** Looks at this machine. Never fails: what cannot be found out comes from Node or is left out. */
export async function detectHardware(timeoutMs: number = TIMEOUT_MS): Promise<Hardware> {
  const [processor, memory, gpus] = await Promise.all([
    within(cpu(), timeoutMs),
    within(mem(), timeoutMs),
    detectGpus(timeoutMs),
  ]);
  const [first] = cpus();
  const logicalCores = positive(processor?.cores) ?? Math.max(cpus().length, 1);
  const name = printable([processor?.manufacturer, processor?.brand].filter(Boolean).join(" "));
  return {
    cpu: name === "" ? printable(first?.model ?? "") : name,
    physicalCores: positive(processor?.physicalCores) ?? logicalCores,
    logicalCores,
    memoryMiB: Math.floor((positive(memory?.total) ?? totalmem()) / MIB),
    gpus,
  };
}

/** The device class that fits best. Only a suggestion: the operator decides, and the measurement shows. */
export function suggestDeviceClass({ gpus, logicalCores, memoryMiB }: Hardware): DeviceClass {
  if (gpus.some((gpu) => gpu.memoryMiB >= GPU_MEMORY_MIB)) return "GPU";
  return logicalCores <= EDGE_CORES && memoryMiB <= EDGE_MEMORY_MIB ? "Edge" : "CPU";
}

/** Hardware as a `data:` URI for the node's metadata, within the registry's 512 bytes: cards are left out from the end. */
export function hardwareMetadata(hardware: Hardware): string {
  for (let kept = hardware.gpus.length; ; kept -= 1) {
    const { cpu: model, physicalCores, logicalCores, memoryMiB } = hardware;
    const gpus = hardware.gpus.slice(0, kept);
    const json = JSON.stringify({ cpu: model, physicalCores, logicalCores, memoryMiB, gpus });
    const uri = `data:application/json;base64,${Buffer.from(json).toString("base64")}`;
    if (Buffer.byteLength(uri) <= MAX_METADATA_BYTES || kept === 0) return uri;
  }
}

/** The general library runs NVIDIA's tool without a limit of time, and would hang with it: it is asked only without it. */
async function detectGpus(timeoutMs: number): Promise<readonly Gpu[]> {
  const nvidia = await readNvidiaSmi(timeoutMs);
  if (nvidia !== undefined) return nvidia;
  const found = await within(graphics(), timeoutMs);
  return (found?.controllers ?? [])
    .map(({ model, vram }) => ({ model: printable(model), memoryMiB: positive(vram) ?? 0 }))
    .filter(({ model }) => model !== "");
}

/** The value, or undefined when it does not come in time or at all. */
async function within<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function positive(value: number | null | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}
