// The dataset registry over the real token; the first signer has the whole supply and gives some to every account.
import { getAddress, id, ZeroHash, type Signer } from "ethers";

import { deployToken, ethers, networkHelpers } from "../../support/fixtures.ts";

export const CXT = 10n ** 18n;
const FUNDS = 10_000n * CXT;
const NEVER = 2n ** 256n - 1n;
/** Receives protocol fees. */
export const ROUTER = getAddress(`0x${"fee5".padStart(40, "0")}`);

export const TERMS = {
  manifest: id("manifest"),
  shardRoot: id("shards"),
  schemaHash: id("schema"),
  preprocessingHash: id("recipe"),
  licence: id("licence"),
  parent: ZeroHash,
  price: 100n * CXT,
  shards: 4n,
  rows: 1_000n,
};

export const TERMS_TYPE =
  "tuple(bytes32 manifest, bytes32 shardRoot, bytes32 schemaHash, bytes32 preprocessingHash, bytes32 licence, " +
  "bytes32 parent, uint96 price, uint32 shards, uint64 rows)";

async function accounts() {
  const [bank, owner, buyer, grantee, stranger, other] = await ethers.getSigners();
  if (!bank || !owner || !buyer || !grantee || !stranger || !other) throw new Error("too few accounts");
  return { bank, owner, buyer, grantee, stranger, other };
}

/** The registry; everybody may pay with 10,000 CXT. */
export async function deployDatasets() {
  const people = await accounts();
  const { token } = await deployToken(people.bank);
  const datasets = await ethers.deployContract("DatasetRegistry", [token, ROUTER]);
  for (const account of Object.values(people)) {
    if (account !== people.bank) await token.connect(people.bank).transfer(account, FUNDS);
    await token.connect(account).approve(datasets, FUNDS);
  }
  return { ...people, token, datasets };
}

export type DatasetSuite = Awaited<ReturnType<typeof deployDatasets>>;

/** Registers a version of `owner` and returns its id. */
export async function register(
  { datasets, owner }: Pick<DatasetSuite, "datasets" | "owner">,
  change: Partial<typeof TERMS> = {},
): Promise<string> {
  const terms = { ...TERMS, ...change };
  await datasets.connect(owner).register(terms);
  return datasets.datasetIdOf(owner, terms);
}

/** Publishes the version after `previous` and returns its id. */
export async function publish(
  { datasets, owner }: Pick<DatasetSuite, "datasets" | "owner">,
  previous: string,
  change: Partial<typeof TERMS> = {},
): Promise<string> {
  const terms = { ...TERMS, ...change };
  await datasets.connect(owner).publishVersion(previous, terms);
  return datasets.datasetIdOf(owner, terms);
}

/** One line of the owner with one version for 100 CXT. */
export async function deployWithDataset() {
  const suite = await deployDatasets();
  return { ...suite, dataset: await register(suite) };
}

/** A permit for the registry, signed by `signer` in the name of `owner`. */
export async function permitOf({ token, datasets }: DatasetSuite, owner: string, amount: bigint, signer: Signer) {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Corex Token", version: "1", chainId, verifyingContract: await token.getAddress() };
  const fields = ["owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256"];
  const Permit = fields.map((field) => ({ name: field.split(":")[0] ?? "", type: field.split(":")[1] ?? "" }));
  const spender = await datasets.getAddress();
  const message = { owner, spender, value: amount, nonce: await token.nonces(owner), deadline: NEVER };
  const { v, r, s } = ethers.Signature.from(await signer.signTypedData(domain, { Permit }, message));
  return { deadline: NEVER, v, r, s };
}

/** Second of the last block. */
export async function now(): Promise<bigint> {
  return BigInt(await networkHelpers.time.latest());
}
