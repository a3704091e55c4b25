import { expect } from "chai";
import { hexlify, Wallet } from "ethers";

import { assignWorkFragment, previewWorkAssignment } from "../../../packages/sdk/src/actions/assign-work-fragment.ts";
import { cancelWorkTask } from "../../../packages/sdk/src/actions/cancel-work-task.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { postNotice } from "../../../packages/sdk/src/actions/post-notice.ts";
import { publishNetworkWorkTask } from "../../../packages/sdk/src/actions/publish-network-work-task.ts";
import { publishWorkTask } from "../../../packages/sdk/src/actions/publish-work-task.ts";
import { readNotices } from "../../../packages/sdk/src/actions/read-notices.ts";
import { readPublishedWorkTasks } from "../../../packages/sdk/src/actions/read-published-work-tasks.ts";
import { readSettledWork } from "../../../packages/sdk/src/actions/read-settled-work.ts";
import { readWorkCursor } from "../../../packages/sdk/src/actions/read-work-cursor.ts";
import { readWorkDelivery, readWorkResult } from "../../../packages/sdk/src/actions/read-work-delivery.ts";
import { readWorkTask } from "../../../packages/sdk/src/actions/read-work-task.ts";
import { reassignWorkFragment } from "../../../packages/sdk/src/actions/reassign-work-fragment.ts";
import { refuseWorkFragment } from "../../../packages/sdk/src/actions/refuse-work-fragment.ts";
import { submitProvedWork } from "../../../packages/sdk/src/actions/submit-proved-work.ts";
import { submitWork, submitWorkIntent } from "../../../packages/sdk/src/actions/submit-work.ts";
import { decoyNotice } from "../../../packages/sdk/src/notice/decoy-notice.ts";
import { openNotice } from "../../../packages/sdk/src/notice/open-notice.ts";
import { sealNotice } from "../../../packages/sdk/src/notice/seal-notice.ts";
import { workTaskFees } from "../../../packages/sdk/src/task/work-terms.ts";
import { CXT, RIGHT, time, WRONG } from "../../support/review/suite.ts";
import { Work } from "../../support/review/work.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ReviewWorld } from "./support/review-world.ts";

const naming = (value: string): RegExp => new RegExp(value);

// Actions on work
// ├── publish paid and free tasks, which are read as they were published
// ├── leave notes that their receiver opens
// ├── give fragments back, take them from who is late, submit, and end the task
// └── submit a proof, which is paid at once
describe("actions on work", function () {
  let world: ReviewWorld;

  beforeEach(async function () {
    world = await ReviewWorld.create();
  });

  /** Draws a node for a fragment, as a stranger does. */
  async function assigned({ terms, id }: Work, fragment: number): Promise<{ node: bigint; operator: ActionContext }> {
    for (let attempt = 0; attempt < 8; attempt++) {
      await world.ready((await readWorkCursor(world.contracts, id, fragment)).ticket);
      const foreseen = await previewWorkAssignment(world.stranger, terms, fragment);
      const { result: node } = await assignWorkFragment(world.stranger, terms, fragment);
      if (foreseen !== 0n) expect(node).to.equal(foreseen);
      if (node !== 0n) return { node, operator: await world.operatorOf(node) };
    }
    throw new Error(`nobody was drawn for fragment ${fragment}`);
  }

  it("publish paid and free tasks, which are read as they were published", async function () {
    const { suite, contracts, admin, owner, stranger } = world;
    const paid = await Work.create(suite);
    const free = await Work.create(suite, { network: true, nonce: 1n });
    await expectCorexError(
      () => publishWorkTask(stranger, paid.terms),
      "CHAIN_MARKET_NOTOWNER",
      naming(stranger.sender.address),
    );
    await expectCorexError(
      () => publishNetworkWorkTask(stranger, { ...free.terms, owner: stranger.sender.address }),
      "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
      naming(stranger.sender.address),
    );
    expect((await readWorkTask(contracts, paid.id)).status).to.equal("none");

    expect((await publishWorkTask(owner, paid.terms)).result).to.equal(paid.id);
    const { receipt, result } = await publishNetworkWorkTask(admin, free.terms);
    expect(result).to.equal(free.id);
    await expectCorexError(() => publishWorkTask(owner, paid.terms), "CHAIN_WORKMARKET_TASKEXISTS", naming(paid.id));

    const { publishedAt, ...summary } = await readWorkTask(contracts, paid.id);
    expect(publishedAt).to.be.above(0);
    const untouched = { status: "active", settled: 0, dropped: 0, jackpots: 0, cancelHorizon: 0 };
    // Fees of two fragments, each of 20 CXT, and of two committees of three, each verifier 4 CXT.
    const held = 2n * (20n + 2n * 3n * 4n) * CXT;
    expect(workTaskFees(paid.terms)).to.equal(held);
    expect(summary).to.deep.equal({ ...untouched, network: false, protocolFeeBps: 500, held });
    expect(await readWorkTask(contracts, free.id)).to.include({ network: true, held: 0n });

    const { provider } = owner.sender;
    const published = await readPublishedWorkTasks(contracts, provider, await world.range());
    expect(published.map(({ task, network, terms }) => ({ task, network, terms }))).to.deep.equal([
      { task: paid.id, network: false, terms: paid.terms },
      { task: free.id, network: true, terms: free.terms },
    ]);
    expect(published[1]?.blockNumber).to.equal(receipt.blockNumber);
  });

  it("leave notes that their receiver opens, and nobody else", async function () {
    const { suite, contracts, owner, stranger } = world;
    const { terms, id: task } = await Work.publish(suite);
    const receiver = Wallet.createRandom();
    const message = Uint8Array.of(1, 2, 3);
    await postNotice(owner, terms, 1, sealNotice(receiver.signingKey.publicKey, message));
    await postNotice(owner, terms, 1, decoyNotice());
    await postNotice(owner, terms, 0, decoyNotice());
    await expectCorexError(
      () => postNotice(stranger, terms, 1, decoyNotice()),
      "CHAIN_MARKET_NOTOWNER",
      naming(stranger.sender.address),
    );
    await expectCorexError(() => postNotice(owner, terms, 1, "0x"), "CHAIN_WORKMARKET_NOTESIZE", /: 0, maximum: 1024/);

    const query = { ...(await world.range()), task, fragment: 1 };
    const notices = await readNotices(contracts, owner.sender.provider, query);
    expect(notices.map(({ task: of, fragment }) => [of, fragment])).to.deep.equal([
      [task, 1],
      [task, 1],
    ]);
    const opened = notices.map(({ note }) => openNotice(receiver, note));
    expect(opened.map((bytes) => bytes && hexlify(bytes))).to.deep.equal([hexlify(message), undefined]);
    expect(openNotice(Wallet.createRandom(), notices[0]?.note ?? "0x")).to.equal(undefined);
  });

  it("give fragments back, take them from who is late, submit, and end the task", async function () {
    const { suite, contracts, owner, stranger } = world;
    const work = await Work.publish(suite);
    const { terms, id: task } = work;

    const first = await assigned(work, 0);
    const { node, deadline } = await readWorkCursor(contracts, task, 0);
    expect(node).to.equal(first.node);
    expect(deadline).to.equal((await time.latest()) + Number(terms.fragmentDuration));
    await expectCorexError(
      () => refuseWorkFragment(stranger, terms, 0),
      "CHAIN_MARKET_NOTASSIGNEE",
      `MarketNotAssignee(caller: 0, assignee: ${first.node})`,
    );
    await refuseWorkFragment(first.operator, terms, 0);
    const free = { node: 0n, missed: first.node, refused: true };
    expect(await readWorkCursor(contracts, task, 0)).to.include(free);

    const late = await assigned(work, 0);
    await expectCorexError(
      () => reassignWorkFragment(stranger, terms, 0),
      "CHAIN_FRAGMENTS_DEADLINENOTPASSED",
      /deadline: \d+/,
    );
    await time.increase(Number(terms.fragmentDuration) + 1);
    await expectCorexError(
      () => submitWork(late.operator, terms, 0, RIGHT, submitWorkIntent(task, 0, 1)),
      "CHAIN_FRAGMENTS_DEADLINEPASSED",
      /deadline: \d+/,
    );
    await reassignWorkFragment(stranger, terms, 0);
    expect(await readWorkCursor(contracts, task, 0)).to.include({ node: 0n, missed: late.node, refused: false });

    const { node: last, operator } = await assigned(work, 0);
    expect(await readWorkDelivery(contracts, task, 0)).to.equal(undefined);
    await submitWork(operator, terms, 0, WRONG, submitWorkIntent(task, 0, 2));
    const delivery = await readWorkDelivery(contracts, task, 0);
    // Half of the fee stays held of its stake.
    expect(delivery).to.include({ result: WRONG, node: last, submittedAt: await time.latest(), bond: 10n * CXT });
    expect(await readWorkResult(contracts, task, 0)).to.deep.equal({ result: WRONG, node: last, isFinal: false });

    await expectCorexError(
      () => cancelWorkTask(stranger, terms),
      "CHAIN_MARKET_NOTOWNER",
      naming(stranger.sender.address),
    );
    await cancelWorkTask(owner, terms);
    // What is submitted is still reviewed, and the draw of the other fragment was decided before.
    const cancelled = await readWorkTask(contracts, task);
    expect(cancelled).to.include({ status: "cancelled", dropped: 0, held: workTaskFees(terms) });
    expect(cancelled.cancelHorizon).to.be.above(0);
    await expectCorexError(() => cancelWorkTask(owner, terms), "CHAIN_MARKET_WRONGSTATUS", naming(task));
  });

  it("submit a proof, which is paid at once", async function () {
    const { suite, contracts, owner } = world;
    const proof = { proved: true, verification: 1n, verifiers: 0n, feePerVerifier: 0n };
    const work = await Work.publish(suite, proof);
    const { terms, id: task } = work;
    const { node, operator } = await assigned(work, 1);
    const claim = await work.claim(operator.sender.address, 1);
    const intent = submitWorkIntent(task, 1, 0);
    await expectCorexError(
      () => submitProvedWork(operator, terms, 1, { ...claim, loss: claim.loss + 1n }, intent),
      "CHAIN_PROOFVERIFIER_INVALIDPROOF",
      naming(terms.circuit),
    );
    await expectCorexError(
      () => submitWork(operator, terms, 1, RIGHT, intent),
      "CHAIN_WORKMARKET_WRONGVERIFICATION",
      /verification: 1/,
    );
    const { result, receipt } = await submitProvedWork(operator, terms, 1, claim, intent);
    expect(result).to.include({ paid: 19n * CXT, fee: CXT });
    const { points } = result ?? { points: 0n };
    expect(points > 0n).to.equal(true);

    const { provider } = owner.sender;
    const range = await world.range();
    const digest = await work.claimed(1);
    const at = { blockNumber: receipt.blockNumber, transactionHash: receipt.hash };
    const settled = { task, fragment: 1, node, result: digest, quality: 10_000, paid: 19n * CXT, fee: CXT, points };
    expect(await readSettledWork(contracts, provider, range)).to.deep.equal([{ ...settled, ...at }]);
    expect(await readSettledWork(contracts, provider, { ...range, node })).to.have.length(1);
    expect(await readSettledWork(contracts, provider, { ...range, node: node + 1n, task })).to.deep.equal([]);
    expect(await readWorkResult(contracts, task, 1)).to.deep.equal({ result: digest, node, isFinal: true });
    expect(await readWorkTask(contracts, task)).to.include({ status: "active", settled: 1 });
  });
});
