import { isHexString } from "ethers";

import { copyPrepared } from "@corex/sdk/data/prepare/copy-prepared";
import { preparedTerms } from "@corex/sdk/data/prepare/prepared-terms";
import { verifyStored } from "@corex/sdk/data/prepare/verify-stored";
import { CorexError } from "@corex/sdk/errors";
import { parseContentId } from "@corex/sdk/store/content-id";
import { openStore } from "@corex/sdk/store/open-store";

import { print } from "../print.ts";
import { readLicence } from "../read-licence.ts";
import { readPrice } from "../read-price.ts";
import { registerOnChain } from "../register-on-chain.ts";
import { withProgress } from "../with-progress.ts";

export interface DataPublishFlags {
  readonly licence: string;
  readonly price: string;
  readonly store: string;
  readonly to?: string;
  readonly parent?: string;
  readonly deployment?: string;
  readonly rpcUrl?: string;
  readonly keystore?: string;
  readonly keystorePasswordFile?: string;
  readonly quiet?: boolean;
}

/**
 * Puts a dataset and its licence where others can read them, reads everything back, and prints the terms to register it with; with
 * `--deployment` also registers it.
 *
 * @throws CorexError CONFIG_*, KEY_*, CHAIN_*, DATA_SHARD_INVALID, DATA_MANIFEST_*, STORE_*.
 */
export async function dataPublish(manifest: string, flags: DataPublishFlags): Promise<void> {
  const { licence: licenceFile, store: location, to = location, parent, quiet } = flags;
  const id = parseContentId(manifest);
  const price = readPrice(flags.price);
  if (parent !== undefined && !isHexString(parent, 32)) {
    throw new CorexError("CONFIG_INVALID", `--parent is "${parent}", expected 0x and 64 hexadecimal digits`, {
      retry: "after-change",
    });
  }
  const text = await readLicence(licenceFile);
  const target = openStore(to);
  if (to !== location) {
    await withProgress({ quiet }, (options) => copyPrepared(id, openStore(location), target, options));
  }
  const licence = await target.content.put(text);
  // Read back from where others will read: what a chain names must be there.
  const read = await withProgress({ quiet }, (options) => verifyStored(id, target, options));
  await target.content.get(licence);
  const terms = preparedTerms({ manifestId: id, manifest: read }, { licence, price, parent });
  print({
    event: "stored",
    store: to,
    manifest: id,
    licence,
    terms: { ...terms, price: String(price), rows: String(terms.rows) },
  });
  const { deployment } = flags;
  if (deployment === undefined) return;
  print({ event: "registered", dataset: await registerOnChain(terms, { ...flags, deployment }) });
}
