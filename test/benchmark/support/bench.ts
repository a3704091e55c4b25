// A benchmark registry over the real node registry, token and reputation; entropy, stake and slasher are set by the test.
import type { Signer } from "ethers";

import { DeviceClass, deployToken, ethers, networkHelpers, operatorOf, payoutOf } from "../../support/fixtures.ts";
import { ROLE, deployReputation, selectorsOf } from "../../reputation/support/reputation.ts";

const { time } = networkHelpers;

export const BOND = 100n * 10n ** 18n;
export const CXT = 10n ** 18n;
export const MACS_PER_WORK_UNIT = 4_000_000n;
export const GPU_MACS = 2n ** 36n;
export const SIZE = 100n;
/** Seconds that the nodes of these tests take for `SIZE`. */
export const ELAPSED = 60n;
export const STAKE = 10_000n * CXT;

export const Status = { None: 0n, Begun: 1n, Answered: 2n } as const;
export const Outcome = { Upheld: 0n, Exposed: 1n, Inconclusive: 2n } as const;

export const ATTESTATION_TYPES = {
  Attestation: [
    { name: "node", type: "uint32" },
    { name: "nonce", type: "uint32" },
    { name: "result", type: "bytes32" },
    { name: "valid", type: "bool" },
  ],
};

export interface AttestationStruct {
  node: bigint;
  nonce: bigint;
  result: string;
  valid: boolean;
}

/** The registry with every role as deployed, three attestors and a funded challenger. */
export async function deployBench() {
  const suite = await deployReputation();
  const { manager, registry, reputation, scheduler, signers, admin } = suite;
  const entropy = await ethers.deployContract("SettableEntropy");
  const vault = await ethers.deployContract("SettableStake");
  const slasherDouble = await ethers.deployContract("RecordingSlasher", [vault, reputation]);
  const { token } = await deployToken(admin);
  const bench = await ethers.deployContract("BenchmarkRegistry", [
    manager,
    registry,
    entropy,
    scheduler,
    reputation,
    vault,
    slasherDouble,
    token,
    MACS_PER_WORK_UNIT,
  ]);
  await manager.setTargetFunctionRole!(bench, selectorsOf(bench, ["setMacsPerWorkUnit"]), ROLE.PARAMETERS);
  await manager.grantRole!(ROLE.BENCHMARK, bench, 0);
  await manager.grantRole!(ROLE.SLASHER, slasherDouble, 0);
  const [attestor1, attestor2, attestor3, challenger, parameters] = signers.slice(10, 15) as [
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
  ];
  const attestors = [attestor1, attestor2, attestor3] as const;
  for (const attestor of attestors) await manager.grantRole!(ROLE.ATTESTOR, attestor, 0);
  await manager.grantRole!(ROLE.PARAMETERS, parameters, 0);
  await token.transfer(challenger, 10_000n * CXT);
  await token.connect(challenger).approve(bench, 2n ** 256n - 1n);
  return { ...suite, entropy, vault, slasherDouble, token, bench, attestors, challenger, parameters };
}

export type Bench = Awaited<ReturnType<typeof deployBench>>;

/** Registers the operator with number `index` (from 1), which is also its node. */
export async function registerNode(suite: Bench, index: number, device: bigint = DeviceClass.GPU) {
  const operator = operatorOf(suite, index);
  await suite.registry.connect(operator).register(payoutOf(index), device, "");
  await suite.vault.getFunction("set")(index, STAKE);
  return operator;
}

/** The verdict on what `node` answered, but for `changes`. */
export async function attestationOf(
  suite: Bench,
  node: number,
  changes: Partial<AttestationStruct> = {},
): Promise<AttestationStruct> {
  const { nonce, result } = await suite.bench.measurementOf(node);
  return { node: BigInt(node), nonce, result, valid: true, ...changes };
}

export async function domainOf(suite: Bench) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Corex BenchmarkRegistry", version: "1", chainId, verifyingContract: await suite.bench.getAddress() };
}

/** Signatures of `signers` under `attestation`, in ascending order. */
export async function sign(
  suite: Bench,
  attestation: AttestationStruct,
  signers: readonly Signer[] = suite.attestors.slice(0, 2),
  domain?: Awaited<ReturnType<typeof domainOf>>,
) {
  const under = domain ?? (await domainOf(suite));
  const signatures = await Promise.all(
    signers.map(async (signer) => ({
      attestor: await signer.getAddress(),
      signature: await signer.signTypedData(under, ATTESTATION_TYPES, attestation),
    })),
  );
  return signatures.sort((a, b) => (BigInt(a.attestor) < BigInt(b.attestor) ? -1 : 1));
}

/** Begins with `size`, reveals the seed and answers `elapsed` seconds after the begin. */
export async function measure(suite: Bench, index: number, size = SIZE, elapsed = ELAPSED) {
  const bench = suite.bench.connect(operatorOf(suite, index));
  await bench.begin(size);
  await suite.entropy.getFunction("reveal")(ethers.id(`seed ${index}`));
  const { beganAt } = await suite.bench.measurementOf(index);
  await time.setNextBlockTimestamp(beganAt + elapsed);
  return bench.answer(ethers.id("result"));
}

/** Concludes what node `index` answered, by two attestors. */
export async function conclude(suite: Bench, index: number, valid = true) {
  const attestation = await attestationOf(suite, index, { valid });
  return suite.bench.connect(suite.stranger).conclude(attestation, await sign(suite, attestation));
}

/** Work units a day of a GPU that does `size` in `elapsed` seconds. */
export function unitsOf(size = SIZE, elapsed = ELAPSED): bigint {
  return (size * GPU_MACS * 86_400n) / (elapsed + 1n) / MACS_PER_WORK_UNIT;
}

/** The suite with node 1, registered. */
export async function deployRegistered() {
  const suite = await deployBench();
  return { ...suite, operator: await registerNode(suite, 1) };
}

/** The suite with node 1, measured and active. */
export async function deployScored() {
  const suite = await deployRegistered();
  await measure(suite, 1);
  await conclude(suite, 1);
  return suite;
}

/** The suite with node 1 under challenge. */
export async function deployChallenged() {
  const suite = await deployScored();
  await suite.bench.connect(suite.challenger).challenge(1);
  return suite;
}
