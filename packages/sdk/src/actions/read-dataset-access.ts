import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

export interface DatasetAccess {
  /** Whether the account may use the dataset: as owner, because it is free, or by a receipt. */
  readonly granted: boolean;
  /** The receipt that gives access; absent for none. */
  readonly receipt?: {
    /** CXT wei, the protocol fee included. */
    readonly paid: bigint;
    /** Seconds since the Unix epoch. */
    readonly boughtAt: number;
    /** Version that was bought: it and every later one are covered. */
    readonly version: number;
  };
}

/** Whether, and why, `account` may use a dataset. @throws CorexError CHAIN_DATASETREGISTRY_UNKNOWNDATASET. */
export async function readDatasetAccess(
  { datasetRegistry }: CorexContracts,
  dataset: string,
  account: string,
): Promise<DatasetAccess> {
  try {
    const [granted, { paid, boughtAt, version }] = await Promise.all([
      datasetRegistry.hasAccess(dataset, account),
      datasetRegistry.receiptOf(dataset, account),
    ]);
    if (version === 0n) return { granted };
    return { granted, receipt: { paid, boughtAt: Number(boughtAt), version: Number(version) } };
  } catch (cause) {
    throw decodeError(cause);
  }
}
