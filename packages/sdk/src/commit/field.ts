import { CorexError } from "../errors.ts";

/** Order of the scalar field of BN254 (alt_bn128): the field all circuits compute in. */
export const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Throws CorexError COMMIT_OUT_OF_FIELD when `value` is not in [0, FIELD_ORDER). The value may be secret: it is not shown. */
export function requireField(value: bigint, name: string): void {
  if (value < 0n || value >= FIELD_ORDER) {
    throw new CorexError("COMMIT_OUT_OF_FIELD", `${name} is not an element of the BN254 scalar field`, {
      retry: "after-change",
      details: { name },
    });
  }
}
