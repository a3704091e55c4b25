import { expect } from "chai";
import { once } from "node:events";
import type { Server } from "node:http";

import { Wallet, type TypedDataDomain } from "ethers";
import { pino } from "pino";

import { signSubmission } from "@corex/sdk/actions/sign-submission";
import type { CorexContracts } from "@corex/sdk/contracts/connect";

import { CollectorClient } from "../../packages/node/src/collector/collector-client.ts";
import { Collector, MAX_QUEUE } from "../../packages/node/src/collector/collector.ts";
import type { HandedOver } from "../../packages/node/src/collector/parse-request.ts";
import { createCollectorServer, MAX_BODY_BYTES } from "../../packages/node/src/collector/server.ts";
import { listen } from "../../packages/node/src/http/json-server.ts";
import { toStepStruct } from "../../packages/node/src/markets/submission-structs.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { FakeMarket, keyOf, NODE, stepOf, TASK } from "./support/fake-fragments.ts";

const logger = pino({ level: "silent" });
const DOMAIN: TypedDataDomain = {
  name: "Corex",
  version: "1",
  chainId: 31_337,
  verifyingContract: "0x00000000000000000000000000000000000000AA",
};
const OPERATOR = new Wallet(`0x${"1".padStart(64, "0")}`);
const STRANGER = new Wallet(`0x${"2".padStart(64, "0")}`);
const NOW = 100;

// Collector
// ├── when the operator of the assignee signed: it queues the step once, whatever comes again
// ├── when another signed, the fragment is not open, not the operator's, late, or starts elsewhere: it refuses
// ├── when the queue is full: it refuses for now
// ├── when the fragment went to another node: the new one's step takes the place
// └── over HTTP: errors have a code, a status and a hint; bodies are bounded
// CollectorClient
// ├── while the collector has the step: it keeps it
// └── when it refuses, forgets, is gone, or has no more time: the node does it
describe("the collector", function () {
  let market: FakeMarket;
  let collector: Collector;
  let server: Server;
  let url: string;
  let cursor: { node: bigint; deadline: number; step: number };

  beforeEach(async function () {
    market = new FakeMarket();
    cursor = { node: NODE, deadline: NOW + 600, step: 0 };
    const nodes = new Map([
      [OPERATOR.address, NODE],
      [STRANGER.address, 8n],
    ]);
    const nodeRegistry = { nodeOf: async (operator: string) => Promise.resolve(nodes.get(operator) ?? 0n) };
    collector = new Collector({
      contracts: { nodeRegistry } as unknown as CorexContracts,
      journal: market.journal,
      domain: DOMAIN,
      market: {
        openFragment: async (task, chain) => {
          const fragment = market.fragment(chain, cursor.deadline, { node: cursor.node });
          const key = { ...fragment.key, step: cursor.step };
          return Promise.resolve(task === TASK ? { ...fragment, key } : undefined);
        },
      },
      chainTime: () => NOW,
      logger,
    });
    server = createCollectorServer(collector, logger);
    url = await listen(server, "COLLECTOR", "127.0.0.1", 0);
  });

  afterEach(async function () {
    server.close();
    server.closeAllConnections();
    await once(server, "close").catch(() => undefined);
    market.close();
  });

  async function handOver(chain = 0, signer = OPERATOR, task = TASK): Promise<HandedOver> {
    const submission = stepOf(chain);
    const { signature } = await signSubmission(signer, DOMAIN, task, toStepStruct(submission));
    return { task, operator: signer.address, signature: String(signature), submission };
  }

  const queued = () => market.journal.fragments.open().map(({ chain }) => chain);

  describe("Collector.take", function () {
    it("queues a step once, with who signed it, and says where it is", async function () {
      const handed = await handOver();
      for (let time = 0; time < 3; time += 1) expect(await collector.take(handed)).to.deep.equal({ status: "queued" });
      expect(queued()).to.deep.equal([0]);
      const { operator, signature, submission } = handed;
      const row = market.journal.fragments.get(keyOf(0));
      expect(row?.submission).to.deep.equal({ ...submission, signedBy: { operator, signature, node: 7 } });
      expect(collector.status(TASK, 0, 0)).to.deep.equal({ status: "queued" });

      await market.fragment(0, 600).submit(submission);
      expect(await collector.take(handed)).to.deep.equal({ status: "settled" });
      await expectCorexError(() => collector.status(TASK, 1, 0), "COLLECTOR_UNKNOWN_SUBMISSION", /nobody/);
    });

    it("takes another one after a proof turned out to be worthless", async function () {
      const handed = await handOver();
      await collector.take(handed);
      market.journal.fragments.compute(keyOf(0), 0n);
      expect(collector.status(TASK, 0, 0)).to.deep.equal({ status: "refused" });
      expect(await collector.take(handed)).to.deep.equal({ status: "queued" });
    });

    it("refuses what the operator did not sign, word by word", async function () {
      const handed = await handOver();
      const { submission } = handed;
      const wrong: HandedOver[] = [
        { ...handed, operator: STRANGER.address },
        { ...handed, task: `0x${"ac".repeat(32)}` },
        { ...handed, submission: { ...submission, newWeights: 9n } },
        { ...handed, submission: { ...submission, chain: 1 } },
        { ...handed, submission: { ...submission, artifact: `0x${"ce".repeat(32)}` } },
        { ...handed, signature: `0x${"00".repeat(65)}` },
      ];
      for (const other of wrong) {
        await expectCorexError(async () => collector.take(other), "COLLECTOR_WRONG_SIGNATURE", /did not sign/);
      }
      expect(queued()).to.deep.equal([]);
    });

    it("refuses what is not open, not theirs, late, or starts from another head", async function () {
      const refuses = async (code: string, handed: HandedOver) =>
        expectCorexError(async () => collector.take(handed), code, /./);
      const handed = await handOver();
      await refuses("COLLECTOR_NOT_OPEN", await handOver(0, OPERATOR, `0x${"ac".repeat(32)}`));
      await refuses("COLLECTOR_NOT_ASSIGNED", await handOver(0, STRANGER));
      cursor.node = 0n;
      await refuses("COLLECTOR_NOT_ASSIGNED", await handOver(0, Wallet.createRandom() as unknown as Wallet));
      cursor = { node: NODE, deadline: NOW + 9, step: 0 };
      await refuses("COLLECTOR_TOO_LATE", handed);
      cursor = { node: NODE, deadline: NOW + 600, step: 1 };
      await refuses("COLLECTOR_NOT_OPEN", handed);
      cursor.step = 0;
      market.stale.add(0);
      await refuses("COLLECTOR_STALE", handed);
      expect(queued()).to.deep.equal([]);
    });

    it("has a bounded queue", async function () {
      for (let chain = 1; chain <= MAX_QUEUE; chain += 1) market.journal.fragments.prove(keyOf(chain), stepOf(chain));
      const full = async () => collector.take(await handOver());
      await expectCorexError(full, "COLLECTOR_BUSY", /wait already/, "later");
    });

    it("gives the place of a node that missed its deadline to the next, but not under way", async function () {
      await collector.take(await handOver());
      cursor.node = 8n;
      const next = await handOver(0, STRANGER);
      expect(await collector.take(next)).to.deep.equal({ status: "queued" });
      const row = market.journal.fragments.get(keyOf(0));
      expect(row?.submission?.kind === "step" && row.submission.signedBy?.node).to.equal(8);

      const id = market.journal.transactions.intend(row?.intent ?? "", "0xto", "0x");
      market.journal.transactions.sign(id, { nonce: 1, hash: "0x1", raw: "0x" });
      cursor.node = NODE;
      expect(await collector.take(await handOver())).to.deep.equal({ status: "sent" });
    });
  });

  describe("over HTTP", function () {
    it("answers with status, code and hint, and bounds bodies", async function () {
      const post = async (body: string) => {
        const response = await fetch(`${url}/submissions`, { method: "POST", body });
        return { status: response.status, ...((await response.json()) as { code?: string; retry?: string }) };
      };
      expect(await post("no json")).to.include({ status: 400, code: "COLLECTOR_BAD_REQUEST" });
      expect(await post('{"task":"0x12"}')).to.include({ status: 400, code: "COLLECTOR_BAD_REQUEST" });
      expect(await post(" ".repeat(MAX_BODY_BYTES + 1))).to.include({ status: 413, code: "COLLECTOR_BODY_TOO_LARGE" });
      expect((await fetch(`${url}/submissions/${TASK}/0/0`)).status).to.equal(404);
      expect((await fetch(`${url}/nothing`)).status).to.equal(404);
      expect(await (await fetch(`${url}/health`)).json()).to.deep.equal({ status: "ok" });
      expect(queued()).to.deep.equal([]);
    });
  });

  describe("CollectorClient", function () {
    function client(signer = OPERATOR): CollectorClient {
      const readDomain = async () => Promise.resolve(DOMAIN);
      return new CollectorClient({ url, signer, readDomain, clock: market.clock, logger });
    }
    const ready = (chain = 0) => {
      const fragment = market.fragment(chain, NOW + 600);
      return { fragment, submission: stepOf(chain), since: market.clock.now() };
    };

    it("hands a step over and leaves it there while the collector has it", async function () {
      const handing = client();
      for (let look = 0; look < 3; look += 1) {
        expect(await handing.keeps(ready(), NOW)).to.equal(true);
        await market.clock.sleep(2_000);
      }
      expect(queued()).to.deep.equal([0]);
    });

    it("takes it back for good when the proof is refused, or the collector forgot it", async function () {
      for (const chain of [0, 1]) {
        const handing = client();
        expect(await handing.keeps(ready(chain), NOW)).to.equal(true);
        if (chain === 0) market.journal.fragments.compute(keyOf(0), 0n);
        else market.journal.fragments.close(keyOf(1), "lost");
        await market.clock.sleep(2_000);
        expect(await handing.keeps(ready(chain), NOW)).to.equal(false);
        expect(await handing.keeps(ready(chain), NOW)).to.equal(false);
      }
    });

    it("does not hand over what the collector refuses, and asks again while it does not see the fragment yet", async function () {
      expect(await client(STRANGER).keeps(ready(), NOW)).to.equal(false);
      cursor.step = 1;
      const early = client();
      expect(await early.keeps(ready(), NOW)).to.equal(true);
      expect(queued()).to.deep.equal([]);
      cursor.step = 0;
      await market.clock.sleep(2_000);
      expect(await early.keeps(ready(), NOW)).to.equal(true);
      expect(queued()).to.deep.equal([0]);
    });

    it("takes it back when a quarter of the time went by, or only a quarter is left", async function () {
      const handing = client();
      expect(await handing.keeps(ready(), NOW)).to.equal(true);
      await market.clock.sleep(151_000);
      expect(await handing.keeps(ready(), NOW)).to.equal(false);
      expect(await client().keeps(ready(1), NOW + 450)).to.equal(false);
      expect(queued()).to.deep.equal([0]);
    });

    it("takes it back at once when nobody answers", async function () {
      const handing = client();
      expect(await handing.keeps(ready(), NOW)).to.equal(true);
      server.close();
      server.closeAllConnections();
      await market.clock.sleep(2_000);
      expect(await handing.keeps(ready(), NOW)).to.equal(false);
    });
  });
});
