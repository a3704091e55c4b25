import { expect } from "chai";
import { network } from "hardhat";

import { claimContext } from "../../../packages/sdk/src/task/claim-context.ts";
import { hashHeads } from "../../../packages/sdk/src/task/hash-heads.ts";
import { shardIndex } from "../../../packages/sdk/src/task/shard-index.ts";
import { stepContext } from "../../../packages/sdk/src/task/step-context.ts";
import { taskId } from "../../../packages/sdk/src/task/task-id.ts";
import type { TaskTerms } from "../../../packages/sdk/src/task/terms.ts";
import { claimDigest } from "../../../packages/sdk/src/work/work-claim.ts";
import { deploySuite, type DeployedSuite } from "../../support/deploy-suite.ts";

const word = (byte: string) => `0x${byte.repeat(32)}`;

const TERMS: TaskTerms = {
  owner: "0x00000000000000000000000000000000000000A1",
  circuit: word("c1"),
  shardRoot: word("d1"),
  initialWeights: word("e1"),
  manifest: word("f1"),
  feePerFragment: 2n ** 255n,
  fragmentDuration: 2n ** 32n - 1n,
  steps: 7n,
  shardsPerChain: 3n,
  chains: 2n ** 16n - 1n,
  device: 255n,
  minTier: 254n,
  nonce: 2n ** 64n - 1n,
};

describe("the identities of a task", function () {
  let suite: DeployedSuite;
  let connection: Awaited<ReturnType<typeof network.create>>;

  before(async function () {
    connection = await network.create();
    const [admin] = await connection.ethers.getSigners();
    if (admin === undefined) throw new Error("no account");
    suite = await deploySuite({ admin });
  });

  after(async function () {
    await connection.close();
  });

  it("taskId is what the market computes, and changes with every term", async function () {
    const { chainId, contracts } = suite.deployment;
    const id = taskId(chainId, contracts.TaskMarket, TERMS);
    expect(id).to.equal(await suite.contracts.taskMarket.taskIdOf(TERMS));
    const changes: Partial<TaskTerms>[] = [
      { owner: "0x00000000000000000000000000000000000000A2" },
      ...(["circuit", "shardRoot", "initialWeights", "manifest"] as const).map((key) => ({ [key]: word("99") })),
      ...(
        [
          "feePerFragment",
          "fragmentDuration",
          "steps",
          "shardsPerChain",
          "chains",
          "device",
          "minTier",
          "nonce",
        ] as const
      ).map((key) => ({
        [key]: 1n,
      })),
    ];
    const ids = changes.map((change) => taskId(chainId, contracts.TaskMarket, { ...TERMS, ...change }));
    expect(new Set([id, ...ids]).size).to.equal(changes.length + 1);
    expect(taskId(1, contracts.TaskMarket, TERMS)).to.not.equal(id);
  });

  it("stepContext is what the market computes, fits the field, and changes with everything it binds", async function () {
    const { chainId, contracts } = suite.deployment;
    const input = {
      chainId,
      market: contracts.TaskMarket,
      circuit: TERMS.circuit,
      task: word("ab"),
      chain: 2 ** 16 - 1,
      step: 2 ** 32 - 1,
      operator: TERMS.owner,
    };
    const context = stepContext(input);
    const { circuit, task, chain, step, operator } = input;
    expect(context).to.equal(await suite.contracts.taskMarket.contextOf(circuit, task, chain, step, operator));
    expect(context < 2n ** 248n).to.equal(true);
    const others = [
      { chainId: 1 },
      { market: operator },
      { circuit: task },
      { task: circuit },
      { chain: 0 },
      { step: 0 },
      { operator: contracts.TaskMarket },
    ];
    expect(new Set([context, ...others.map((other) => stepContext({ ...input, ...other }))]).size).to.equal(
      others.length + 1,
    );
  });

  it("claimContext and claimDigest are what the market of work computes, and change with everything they bind", async function () {
    const { chainId, contracts } = suite.deployment;
    const { workMarket } = suite.contracts;
    const [task, operator, market] = [word("ab"), TERMS.owner, contracts.WorkMarket];
    const input = { chainId, market, circuit: TERMS.circuit, task, fragment: 63, operator };
    const context = claimContext(input);
    expect(context).to.equal(await workMarket.contextOf(TERMS.circuit, task, 63, operator));
    expect(context < 2n ** 248n).to.equal(true);
    const others = [
      ...[{ chainId: 1 }, { market: operator }, { circuit: task }, { task: TERMS.circuit }, { fragment: 0 }],
      { operator: market },
    ];
    const contexts = others.map((other) => claimContext({ ...input, ...other }));
    expect(new Set([context, ...contexts]).size).to.equal(others.length + 1);

    const claim = { batch: 2n ** 253n, loss: 5n, correct: 8n };
    expect(claimDigest(claim)).to.equal(await workMarket.claimResult(claim.batch, claim.loss, claim.correct));
    const claims = [claim, { ...claim, batch: 1n }, { ...claim, loss: 8n, correct: 5n }, { ...claim, correct: 7n }];
    expect(new Set(claims.map(claimDigest)).size).to.equal(claims.length);
  });

  it("hashHeads encodes a dynamic array, so lists of other lengths cannot collide", function () {
    expect(hashHeads([])).to.not.equal(hashHeads([0n]));
    expect(hashHeads([32n, 1n])).to.not.equal(hashHeads([1n]));
  });

  it("shardIndex walks the shards of a chain in a circle", function () {
    const indices = [0, 1, 2, 3, 4].map((step) => shardIndex({ shardsPerChain: 3n }, 2, step));
    expect(indices).to.deep.equal([6, 7, 8, 6, 7]);
  });
});
