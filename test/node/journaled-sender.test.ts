import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Transaction, Wallet } from "ethers";
import { network } from "hardhat";
import { pino } from "pino";

import { JournaledSender } from "../../packages/node/src/chain/journaled-sender.ts";
import { Journal } from "../../packages/node/src/journal/journal.ts";
import { systemClock } from "../../packages/node/src/runtime/clock.ts";
import { ignoreStages } from "../../packages/node/src/runtime/stages.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { deploySuite, type DeployedSuite } from "../support/deploy-suite.ts";

const SINK = "0x00000000000000000000000000000000000000aa";
const PLAIN = { intent: "plain", to: SINK, data: "0x" };

describe("JournaledSender", function () {
  this.timeout(20_000);
  let connection: Awaited<ReturnType<typeof network.create>>;
  let suite: DeployedSuite;
  let folder: string;
  let wallet: Wallet;
  let journal: Journal;
  let stop: AbortController;

  before(async function () {
    connection = await network.create();
    const [admin] = await connection.ethers.getSigners();
    if (admin === undefined) throw new Error("no account");
    suite = await deploySuite({ admin });
  });

  beforeEach(async function () {
    folder = mkdtempSync(join(tmpdir(), "corex-sender-"));
    wallet = new Wallet(Wallet.createRandom().privateKey);
    await connection.networkHelpers.setBalance(wallet.address, 10n ** 18n);
    journal = new Journal(join(folder, "j.sqlite"), { chainId: 31_337, market: "0x", operator: wallet.address });
    stop = new AbortController();
  });

  afterEach(async function () {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
    await connection.provider.request({ method: "evm_setAutomine", params: [true] });
  });

  after(async function () {
    await connection.close();
  });

  function createJournaledSender(): JournaledSender {
    return new JournaledSender({
      wallet,
      provider: connection.ethers.provider,
      log: journal.transactions,
      clock: systemClock,
      logger: pino({ level: "silent" }),
      onStage: ignoreStages,
      signal: stop.signal,
      pollMs: 20,
    });
  }

  /** Journals a transaction as signed, without broadcasting it: what a killed agent leaves behind. */
  async function signed(
    nonce: number,
    { to = SINK, data = "0x" } = {},
  ): Promise<{ id: number; raw: string; hash: string }> {
    const id = journal.transactions.intend("left", to, data);
    const fees = { gasLimit: 200_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n, type: 2 };
    const raw = await wallet.signTransaction({ to, data, nonce, chainId: 31_337, ...fees });
    const hash = Transaction.from(raw).hash ?? "";
    journal.transactions.sign(id, { nonce, hash, raw });
    return { id, raw, hash };
  }

  const count = () => connection.ethers.provider.getTransactionCount(wallet.address);

  it("sends, waits, and journals the block", async function () {
    const receipt = await createJournaledSender().send(PLAIN);
    expect(receipt.status).to.equal(1);
    expect(journal.transactions.get(1)).to.include({
      stage: "mined",
      nonce: 0,
      hash: receipt.hash,
      block: receipt.blockNumber,
    });
  });

  it("gives transactions that are asked for at once consecutive nonces", async function () {
    const sender = createJournaledSender();
    await Promise.all(["a", "b", "c"].map(async (intent) => sender.send({ ...PLAIN, intent })));
    expect([1, 2, 3].map((id) => journal.transactions.get(id).nonce)).to.deep.equal([0, 1, 2]);
    expect(await count()).to.equal(3);
  });

  it("closes a transaction that was never signed", async function () {
    const id = journal.transactions.intend("left", SINK, "0x");
    await createJournaledSender().recover();
    expect(journal.transactions.get(id).stage).to.equal("abandoned");
    expect(await count()).to.equal(0);
  });

  it("resends a signed transaction with the same bytes", async function () {
    const { id, hash } = await signed(0);
    await createJournaledSender().recover();
    expect(journal.transactions.get(id)).to.include({ stage: "mined", hash });
    expect(await count()).to.equal(1);
  });

  it("finds a transaction that was mined without the journal knowing, and does not send it again", async function () {
    const { id, raw } = await signed(0);
    await connection.ethers.provider.send("eth_sendRawTransaction", [raw]);
    await createJournaledSender().recover();
    expect(journal.transactions.get(id).stage).to.equal("mined");
    expect(await count()).to.equal(1);
  });

  it("gives up a transaction whose nonce another one used, and goes on with the next", async function () {
    const { id } = await signed(0);
    await wallet.connect(connection.ethers.provider).sendTransaction({ to: SINK, value: 1n, nonce: 0 });
    const sender = createJournaledSender();
    await sender.recover();
    expect(journal.transactions.get(id)).to.include({ stage: "abandoned" });
    expect(journal.transactions.get(id).reason).to.match(/nonce 0 of .* was used by another transaction/);
    await sender.send({ ...PLAIN, intent: "left" });
    expect(await count()).to.equal(2);
  });

  it("journals a transaction that was mined and reverted as failed", async function () {
    const { data } = await suite.contracts.taskEscrow.withdraw.populateTransaction(wallet.address);
    const { id } = await signed(0, { to: suite.deployment.contracts.TaskEscrow, data });
    await createJournaledSender().recover();
    expect(journal.transactions.get(id)).to.include({ stage: "failed", reason: "mined and reverted" });
  });

  it("leaves a transaction that is not mined in the journal when it stops, and delivers it after a restart", async function () {
    await connection.provider.request({ method: "evm_setAutomine", params: [false] });
    const sending = createJournaledSender().send(PLAIN);
    setTimeout(() => stop.abort(), 200);
    await expectCorexError(() => sending, "AGENT_STOPPED", /stopped while plain was under way/, "later");
    expect(journal.transactions.get(1).stage).to.equal("sent");

    stop = new AbortController();
    const recovering = createJournaledSender().recover();
    setTimeout(() => void connection.provider.request({ method: "evm_mine", params: [] }), 200);
    await recovering;
    expect(journal.transactions.get(1).stage).to.equal("mined");
    expect(await count()).to.equal(1);
  });

  it("sends nothing without the funds for it, and says how much is missing", async function () {
    await connection.networkHelpers.setBalance(wallet.address, 5n);
    const error = await expectCorexError(
      () => createJournaledSender().send(PLAIN),
      "CHAIN_INSUFFICIENT_FUNDS",
      /holds 5 wei, plain can cost up to \d+ wei of gas: send it at least \d+ wei/,
      "after-change",
    );
    expect(error.details.account).to.equal(wallet.address);
    expect(journal.transactions.get(1)).to.include({ stage: "failed", raw: null });
    expect(await count()).to.equal(0);
  });

  it("takes nothing on once it stops", async function () {
    stop.abort();
    await expectCorexError(() => createJournaledSender().send(PLAIN), "AGENT_STOPPED", /is stopping/);
    expect(journal.transactions.open()).to.deep.equal([]);
  });
});
