import { randomBytes } from "node:crypto";

import { FIELD_ORDER } from "./field.ts";

/** Draws a uniform field element from the system's secure generator. Keep it secret: it is what hides a tensor. */
export function randomSalt(): bigint {
  // 64 bytes reduced modulo a 254-bit order: the bias is below 2^(-250).
  return BigInt(`0x${randomBytes(64).toString("hex")}`) % FIELD_ORDER;
}
