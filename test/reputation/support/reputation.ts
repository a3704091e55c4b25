// A reputation over the real registry and a scheduler that remembers what it was told; each recorder is a signer.
import { DeviceClass, deploySuite, ethers, networkHelpers, operatorOf, payoutOf } from "../../support/fixtures.ts";

export const DAY = 86_400n;
export const WAD = 10n ** 18n;
export const HALF = WAD / 2n;

export const Offence = {
  None: 0n,
  MissedDeadline: 1n,
  InvalidResult: 2n,
  DuplicateSubmission: 3n,
  FakeBenchmark: 4n,
  UnrevealedVote: 5n,
  IncoherentVote: 6n,
  ApprovedPlant: 7n,
} as const;

export const Reason = {
  None: 0n,
  Measured: 1n,
  Completed: 2n,
  Refused: 3n,
  Missed: 4n,
  Violated: 5n,
  Suspended: 6n,
  Rehabilitated: 7n,
  Removed: 8n,
  Incoherent: 9n,
  Annulled: 10n,
} as const;

export const ROLE = { ATTESTOR: 3n, PARAMETERS: 5n, BENCHMARK: 6n, DISCIPLINE: 7n, MARKET: 8n, SLASHER: 11n } as const;

interface Target {
  interface: { getFunction(name: string): { selector: string } | null };
}

/** Selectors of functions by name. */
export function selectorsOf(contract: Target, names: readonly string[]): string[] {
  return names.map((name) => {
    const fragment = contract.interface.getFunction(name);
    if (fragment === null) throw new Error(`no function ${name}`);
    return fragment.selector;
  });
}

/** The registry with a reputation, and no node. `slasher`, `market` and `benchmark` are signers. */
export async function deployReputation() {
  const suite = await deploySuite();
  const { manager, registry, signers } = suite;
  const [benchmark, market, slasher] = signers.slice(15, 18) as [
    (typeof signers)[0],
    (typeof signers)[0],
    (typeof signers)[0],
  ];
  const scheduler = await ethers.deployContract("RecordingScheduler", [registry]);
  const reputation = await ethers.deployContract("Reputation", [manager, registry, scheduler]);
  const give = async (contract: Target, names: readonly string[], role: bigint) => {
    await manager.setTargetFunctionRole!(contract, selectorsOf(contract, names), role);
  };
  await give(reputation, ["recordMeasured"], ROLE.BENCHMARK);
  await give(reputation, ["recordCompleted", "recordCompletedMany", "recordRefused"], ROLE.MARKET);
  await give(reputation, ["recordOffence"], ROLE.SLASHER);
  await give(registry, ["recordBenchmark"], ROLE.BENCHMARK);
  await give(registry, ["suspend", "reinstate", "remove"], ROLE.DISCIPLINE);
  for (const [role, holder] of [
    [ROLE.BENCHMARK, benchmark],
    [ROLE.MARKET, market],
    [ROLE.SLASHER, slasher],
    [ROLE.DISCIPLINE, suite.security],
    [ROLE.DISCIPLINE, reputation],
  ] as const) {
    await manager.grantRole!(role, holder, 0);
  }
  return { ...suite, scheduler, reputation, benchmark, market, slasher };
}

export type ReputationSuite = Awaited<ReturnType<typeof deployReputation>>;

/** Registers the operator with number `index` (from 1), which is also its node, and makes it active. */
export async function activeNode(suite: ReputationSuite, index: number) {
  const operator = operatorOf(suite, index);
  await suite.registry.connect(operator).register(payoutOf(index), DeviceClass.GPU, "");
  const now = BigInt(await networkHelpers.time.latest());
  await suite.registry.connect(suite.benchmark).recordBenchmark(index, 1_000, now + 30n * DAY);
  return operator;
}

/** The suite with node 1, active and measured. */
export async function deployMeasured() {
  const suite = await deployReputation();
  const operator = await activeNode(suite, 1);
  await suite.reputation.connect(suite.benchmark).recordMeasured(1);
  return { ...suite, operator };
}

/** What a part `percent` of `score` costs, rounded against the node. */
export function fall(score: bigint, percent: bigint): bigint {
  return score - (score * percent + 99n) / 100n;
}
