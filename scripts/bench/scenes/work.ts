import { approveToken } from "@corex/sdk/actions/approve-token";
import { approveWork } from "@corex/sdk/actions/approve-work";
import { auditWork } from "@corex/sdk/actions/audit-work";
import { challengeWork } from "@corex/sdk/actions/challenge-work";
import { concludeCase } from "@corex/sdk/actions/conclude-case";
import { decideWork } from "@corex/sdk/actions/decide-work";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { finaliseWork } from "@corex/sdk/actions/finalise-work";
import { publishWorkTask } from "@corex/sdk/actions/publish-work-task";
import { parseEther } from "ethers";

import { BenchWork, CHALLENGE_SECONDS, EVALUATE } from "../bench-work.ts";
import type { World } from "../world.ts";
import { sendTokens } from "./bonds.ts";
import { EXECUTOR, VERIFIERS, wake } from "./panel.ts";
import type { PlainStage, Record as Recorder } from "./scene.ts";

const OWNER_FUNDS = parseEther("20000");
/** Verifiers of a larger committee, so that what each one more costs can be told. */
const MANY = 7;
const FRAGMENTS = 64;

/** The owner with CXT and an approval larger than all tasks of work. */
export async function workOwner(world: World): Promise<ActionContext> {
  const owner = await world.as(world.owner);
  await sendTokens(world, owner.sender.address, OWNER_FUNDS);
  await approveToken(owner, world.deployment.contracts.WorkEscrow, OWNER_FUNDS);
  return owner;
}

/** Publications, which cost the same for any number of fragments. */
export async function publications({ world, record }: PlainStage): Promise<void> {
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, verification: "committee", verifiers: 3 } as const;
  const publish = async (fragments: number, nonce: bigint) =>
    publishWorkTask(owner, new BenchWork(world, { ...shape, fragments, nonce }).terms);
  await record("work publish: first ever", await publish(1, 1n));
  await record("work publish: 1 fragment", await publish(1, 2n));
  await record("work publish: 64 fragments", await publish(64, 3n));
}

/** Cases until every verifier sat on one: from here on all of them have been paid, today and before. And one more. */
export async function firstCases({ world, record }: PlainStage): Promise<void> {
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, verification: "committee", fragments: FRAGMENTS } as const;
  const task = new BenchWork(world, { ...shape, verifiers: MANY, nonce: 4n });
  await publishWorkTask(owner, task.terms);
  const paid = new Set<bigint>();
  const settle = async (fragment: number, operation?: string): Promise<void> => {
    await wake(world);
    await task.audited(fragment);
    for (const verifier of (await task.draw(fragment)).result) paid.add(verifier);
    await task.vote(fragment, "accept");
    const decided = await decideWork(owner, task.terms, fragment);
    if (operation !== undefined) await record(operation, decided);
    await approveWork(owner, task.terms, fragment);
  };
  let fragment = 0;
  await settle(fragment++, `work decide: ${MANY} verifiers, first of each`);
  while (paid.size < VERIFIERS) await settle(fragment++);
  await settle(fragment, `work decide: ${MANY} verifiers`);
}

/** A result that chance spares, one that verifiers accept, and one that they reject, which `dispute` takes further. */
export async function judged(stage: PlainStage, dispute: (task: BenchWork, fragment: number) => Promise<void>) {
  const { world, record } = stage;
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, verification: "committee", fragments: FRAGMENTS } as const;
  const task = new BenchWork(world, { ...shape, verifiers: 3, nonce: 5n });
  await wake(world);
  await publishWorkTask(owner, task.terms);
  await task.assign(0);
  await world.aside(async () => spared(stage, task, 0));

  await task.submit(0, "audited");
  await record("work audit: opens a case", await auditWork(owner, task.terms, 0));
  await record(`committee draw: 3 of ${VERIFIERS}`, await task.draw(0));
  await recordVotes(record, await task.vote(0, "accept"));
  await world.aside(async () => {
    await record("committee conclude: 3 verifiers", await concludeCase(owner, await task.caseOf(0)));
  });
  await record("work decide: 3 verifiers", await decideWork(owner, task.terms, 0));
  await world.aside(async () => {
    await world.passSeconds(CHALLENGE_SECONDS + 1);
    await record("work finalise: accepted, 3 verifiers", await finaliseWork(owner, task.terms, 0));
  });
  await approveWork(owner, task.terms, 0);

  await wake(world);
  await task.audited(1);
  await task.draw(1);
  await task.vote(1, "reject");
  await decideWork(owner, task.terms, 1);
  await world.aside(async () => {
    await world.passSeconds(CHALLENGE_SECONDS + 1);
    const before = await world.contracts.stakeVault.stakeOf(EXECUTOR);
    await record(
      "work finalise: rejected, first slash of the node, 3 verifiers",
      await finaliseWork(owner, task.terms, 1),
    );
    if ((await world.contracts.stakeVault.stakeOf(EXECUTOR)) >= before) throw new Error("the node was not slashed");
  });
  await dispute(task, 1);
}

/** Work that a proof settles at once. */
export async function proved({ world, record }: PlainStage): Promise<void> {
  const { sender, contracts } = await world.as(world.admin);
  const { data } = await contracts.circuitRegistry.register.populateTransaction(...EVALUATE.registration());
  await world.send(sender.address, world.deployment.contracts.CircuitRegistry, data);
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, verification: "proof", verifiers: 0, fragments: 4 } as const;
  const task = new BenchWork(world, { ...shape, nonce: 6n });
  await publishWorkTask(owner, task.terms);
  for (const [fragment, name] of ["first of the task", "warm"].entries()) {
    const assigned = await task.assign(fragment);
    if (name === "warm") await record("work assign: 1 node", assigned);
    await record(`work submitProved: ${name}`, await task.submitProved(fragment));
  }
}

async function spared({ world, record }: PlainStage, task: BenchWork, fragment: number): Promise<void> {
  const owner = await world.as(world.owner);
  await record("work submit: committee", await task.submit(fragment, "spared"));
  await record("work audit: spared", await auditWork(owner, task.terms, fragment));
  await world.aside(async () => {
    await record("work challenge", await challengeWork(owner, task.terms, fragment));
  });
  await world.passSeconds(CHALLENGE_SECONDS + 1);
  await record("work finalise: spared", await finaliseWork(owner, task.terms, fragment));
}

async function recordVotes(record: Recorder, { commits, reveals }: Awaited<ReturnType<BenchWork["vote"]>>) {
  for (const [name, votes] of [
    ["commit", commits],
    ["reveal", reveals],
  ] as const) {
    for (const [index, place] of ["first", "second", "last"].entries()) {
      const vote = votes[index];
      if (vote === undefined) throw new Error(`there is no ${place} ${name}`);
      await record(`committee ${name}: ${place} of 3`, vote);
    }
  }
}
