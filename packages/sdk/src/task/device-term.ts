import { DEVICE_CLASSES, type DeviceClass } from "../actions/register-node.ts";

/** `device` of the terms of a task: 0 for any hardware, else one plus the number of the class. */
export function deviceTerm(device: DeviceClass | undefined): bigint {
  return device === undefined ? 0n : BigInt(DEVICE_CLASSES.indexOf(device) + 1);
}
