import { approveToken } from "@corex/sdk/actions/approve-token";
import { cancelTask } from "@corex/sdk/actions/cancel-task";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { reassignFragment } from "@corex/sdk/actions/reassign-fragment";
import { registerModel } from "@corex/sdk/actions/register-model";
import { withdraw } from "@corex/sdk/actions/withdraw";
import { linearStepPublicSignals } from "@corex/sdk/proof/linear-step";
import { id, parseEther } from "ethers";

import { BenchTask, type ProvedStep } from "../bench-task.ts";
import { DAY, type World } from "../world.ts";
import { sendTokens } from "./bonds.ts";
import { contributions } from "./contributions.ts";
import type { Stage } from "./scene.ts";

const FEE = 10n ** 16n;
const OWNER_FUNDS = parseEther("10000");
const MODEL = { artifact: id("benchmark model"), metadataUri: "benchmark" };

/** A network task of one chain and two steps, and its model. */
export async function networkTask({ world, prover, record }: Stage): Promise<void> {
  const [admin, operator] = [await world.as(world.admin), await world.as(world.operator)];
  const shape = { owner: admin.sender.address, chains: 1, steps: 2, feePerFragment: 0n };
  const task = await BenchTask.create(world, { ...shape, nonce: 1n });
  await record("publish network task", await publishNetworkTask(admin, task.terms));
  await task.assign(operator, 0);
  await record("submit, network: first of chain and epoch", await task.submit(operator, prover, 0));
  await task.assign(operator, 0);
  await record("submit, network: warm, completes the task", await task.submit(operator, prover, 0));
  await record("register model: 1 chain", await registerModel(admin, { terms: task.terms, ...MODEL }));
}

/** Market tasks: publication at two sizes, the four submissions of a small task, and its model. */
export async function marketTask(stage: Stage): Promise<void> {
  const { world, prover, record } = stage;
  const [owner, operator] = [await world.as(world.owner), await world.as(world.operator)];
  const shape = { owner: owner.sender.address, feePerFragment: FEE };
  const first = await BenchTask.create(world, { ...shape, chains: 1, steps: 1, nonce: 2n });
  await record("publish: first ever", await publishTask(owner, first.terms));
  const task = await BenchTask.create(world, { ...shape, chains: 2, steps: 2, nonce: 3n });
  await world.nextPeriod(); // so that the draws of the publication do not expire before they are measured
  await record("publish: 4 fragments", await publishTask(owner, task.terms));
  const large = await BenchTask.create(world, { ...shape, chains: 64, steps: 1_000, nonce: 4n });
  await record("publish: 64 chains x 1,000 steps", await publishTask(owner, large.terms));
  await world.mine(2);
  await record("cancel: 64 chains, every draw decided", await cancelTask(owner, large.terms));

  await record("assign: first of a chain, 1 node", await task.assign(operator, 0));
  await record("submit, market: first of chain", await task.submit(operator, prover, 0));
  await record("assign: later step, 1 node", await task.assign(operator, 0));
  const warm = await task.submit(operator, prover, 0);
  await record("submit, market: warm", warm);
  await record("verify alone: 6 public signals", await verifyAlone(world, operator, warm));
  await world.aside(async () => {
    await record("withdraw: first CXT of a payout address", await withdraw(owner, await world.payout.getAddress()));
  });

  await world.passSeconds(DAY);
  await heartbeat(operator);
  await world.nextPeriod();
  await task.assign(operator, 1);
  await record("submit, market: first of chain and epoch", await task.submit(operator, prover, 1));
  await task.assign(operator, 1);
  await record("submit, market: warm, completes the task", await task.submit(operator, prover, 1));
  const registered = await registerModel(owner, { terms: task.terms, ...MODEL });
  await record("register model: 2 chains", registered);
  await world.aside(async () => contributions(stage, registered.result, 4n));
}

/** A task whose node is late and whose owner gives up. */
export async function abandonedTask({ world, record }: Stage): Promise<void> {
  const [owner, operator] = [await world.as(world.owner), await world.as(world.operator)];
  const shape = { owner: owner.sender.address, feePerFragment: FEE, chains: 1, steps: 2 };
  const task = await BenchTask.create(world, { ...shape, nonce: 5n });
  await publishTask(owner, task.terms);
  await task.assign(operator, 0);
  await world.passSeconds(Number(task.terms.fragmentDuration) + 1);
  await record("reassign: 1 node, first miss of the node", await reassignFragment(owner, task.terms, 0));
  await record("cancel: 1 chain", await cancelTask(owner, task.terms));
  await record("withdraw: to an address that has CXT", await withdraw(owner, owner.sender.address));
}

/** A transaction that does nothing but check a proof. */
async function verifyAlone(world: World, { sender, contracts }: ActionContext, { statement, proof }: ProvedStep) {
  const { a, b, c } = proof;
  const inputs = linearStepPublicSignals(statement.signals);
  const call = { a: [...a], b: b.map((pair) => [...pair]), c: [...c] };
  const data = contracts.proofVerifier.interface.encodeFunctionData("verify", [
    world.circuitId,
    call as { a: [bigint, bigint]; b: [[bigint, bigint], [bigint, bigint]]; c: [bigint, bigint] },
    inputs,
  ]);
  return { receipt: await world.send(sender.address, world.deployment.contracts.ProofVerifier, data) };
}

/** The owner with CXT and an approval larger than all tasks. */
export async function fundedOwner(world: World): Promise<ActionContext> {
  const owner = await world.as(world.owner);
  await sendTokens(world, owner.sender.address, OWNER_FUNDS);
  await approveToken(owner, world.deployment.contracts.TaskEscrow, OWNER_FUNDS);
  return owner;
}
