import { expect } from "chai";
import { once } from "node:events";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { id, keccak256, Wallet } from "ethers";
import { pino } from "pino";

import { attestationSigner } from "@corex/sdk/benchmark/attestation";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { computeLane } from "@corex/sdk/benchmark/workload";
import { CorexError } from "@corex/sdk/errors";

import { Attestor, type AttestorOptions } from "../../packages/node/src/attestor/attestor.ts";
import type { AnsweredMeasurement, MeasurementSource } from "../../packages/node/src/attestor/measurement-source.ts";
import { requestAttestation } from "../../packages/node/src/attestor/request-attestation.ts";
import { createAttestorServer, MAX_BODY_BYTES } from "../../packages/node/src/attestor/server.ts";
import { LanePool } from "../../packages/node/src/benchmark/lane-pool.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

const LANES = 6;
const SEED = id("attestor test");
const WALLET = new Wallet(`0x${"31".repeat(32)}`);
const DOMAIN = { chainId: 31_337, benchmarkRegistry: `0x${"0b".repeat(20)}` };
const silent = pino({ level: "silent" });

/** The chain as these tests want it: what each node answered. */
class FakeChain implements MeasurementSource {
  readonly answered = new Map<bigint, AnsweredMeasurement>();

  async read(node: bigint): Promise<AnsweredMeasurement> {
    if (node > 9n) throw new CorexError("ATTESTOR_UNKNOWN_NODE", `there is no node ${node}`, { retry: "after-change" });
    const found = this.answered.get(node);
    if (found !== undefined) return Promise.resolve(found);
    throw new CorexError("ATTESTOR_NOT_ANSWERED", `node ${node} has no answer to attest`, { retry: "later" });
  }
}

// FM-22: fake GPUs register by the million (io.net 2024). No recomputed lanes, no score.
//
// Attestor.attest
// ├── when the digests are those that the node answered with
// │   ├── and the sampled lanes hold: it signs valid
// │   ├── and a sampled lane does not: it signs not valid, and nothing makes it change its mind
// │   └── asked twice: it computes once
// ├── when they are too few, or have another root: it refuses and signs nothing
// ├── when the node is unknown, has not answered, or is at another measurement: it refuses
// └── when too many results wait: it refuses for now
describe("the attestor", function () {
  this.timeout(60_000);
  const pool = new LanePool({ threads: 1 });
  let digests: string[];
  let chain: FakeChain;
  let computed: number;

  before(function () {
    digests = Array.from({ length: LANES }, (_, lane) => computeLane(SEED, lane));
  });

  after(async function () {
    await pool.close();
  });

  beforeEach(function () {
    computed = 0;
    chain = new FakeChain();
    answer(1n, digests);
  });

  function answer(node: bigint, list: readonly string[], nonce = 3n): void {
    chain.answered.set(node, { nonce, seed: SEED, result: laneRoot(list), lanes: LANES });
  }

  function create(changes: Partial<AttestorOptions> = {}): Attestor {
    return new Attestor({
      signer: WALLET,
      domain: DOMAIN,
      source: chain,
      compute: async (seed, lanes) => {
        computed += lanes.length;
        return pool.compute(seed, lanes);
      },
      computeRoot: async (list) => pool.root(list),
      secret: Buffer.alloc(32, 1),
      logger: silent,
      ...changes,
    });
  }

  const forged = (wrong: number): string[] =>
    digests.map((digest, lane) => (lane === wrong ? keccak256(digest) : digest));

  it("signs that a result is valid when the sampled lanes hold, and computes no more than the sample", async function () {
    const signed = await create({ samples: 4 }).attest({ node: 1n, nonce: 3n, digests });
    expect(signed.attestation).to.deep.equal({ node: 1n, nonce: 3n, result: laneRoot(digests), valid: true });
    expect(signed.attestor).to.equal(WALLET.address);
    expect(attestationSigner(DOMAIN, signed)).to.equal(WALLET.address);
    expect(computed).to.equal(4);
  });

  it("signs that a result is not valid when one lane is wrong, whichever it is", async function () {
    for (let wrong = 0; wrong < LANES; wrong += 1) {
      answer(1n, forged(wrong));
      const signed = await create({ samples: LANES }).attest({ node: 1n, nonce: 3n, digests: forged(wrong) });
      expect(signed.attestation).to.include({ valid: false, result: laneRoot(forged(wrong)) });
      expect(attestationSigner(DOMAIN, signed)).to.equal(WALLET.address);
    }
  });

  it("gives one verdict on one answer, after a restart too", async function () {
    answer(1n, forged(2));
    const verdicts = new Set<boolean>();
    for (let restart = 0; restart < 5; restart += 1) {
      const attestor = create({ samples: 2 });
      for (let again = 0; again < 2; again += 1) {
        const { attestation } = await attestor.attest({ node: 1n, nonce: 3n, digests: forged(2) });
        verdicts.add(attestation.valid);
      }
    }
    expect(verdicts.size).to.equal(1);
    expect(computed).to.equal(5 * 2);
  });

  it("computes once for requests that come together, and a new answer anew", async function () {
    const attestor = create({ samples: 2 });
    const ask = { node: 1n, nonce: 3n, digests };
    const [first, second] = await Promise.all([attestor.attest(ask), attestor.attest(ask)]);
    expect(first).to.deep.equal(second);
    expect(computed).to.equal(2);
    answer(1n, digests, 4n);
    expect((await attestor.attest({ ...ask, nonce: 4n })).attestation.nonce).to.equal(4n);
    expect(computed).to.equal(4);
  });

  it("signs nothing for digests that the node did not answer with", async function () {
    const attestor = create();
    const short = () => attestor.attest({ node: 1n, nonce: 3n, digests: digests.slice(1) });
    await expectCorexError(short, "BENCHMARK_WRONG_COUNT", /has 6 lanes, got 5 digests/);
    const other = () => attestor.attest({ node: 1n, nonce: 3n, digests: forged(0) });
    await expectCorexError(other, "BENCHMARK_WRONG_ROOT", /the node answered 0x/);
    await expectCorexError(() => attestor.verdict(1n), "ATTESTOR_NO_VERDICT", /nobody sent the digests of node 1/);
    expect(computed).to.equal(0);
  });

  it("is not kept from a verdict by digests that others make up", async function () {
    const attestor = create();
    const made = expectCorexError(
      () => attestor.attest({ node: 1n, nonce: 3n, digests: forged(4) }),
      "BENCHMARK_WRONG_ROOT",
      /the node answered/,
    );
    const { attestation } = await attestor.attest({ node: 1n, nonce: 3n, digests });
    expect(attestation.valid).to.equal(true);
    await made;
  });

  it("signs nothing for a node that is unknown, has not answered, or is at another measurement", async function () {
    const attestor = create();
    const ask = (node: bigint, nonce: bigint) => () => attestor.attest({ node, nonce, digests });
    await expectCorexError(ask(10n, 3n), "ATTESTOR_UNKNOWN_NODE", /no node 10/, "after-change");
    await expectCorexError(ask(2n, 3n), "ATTESTOR_NOT_ANSWERED", /node 2 has no answer/, "later");
    await expectCorexError(ask(1n, 2n), "ATTESTOR_NOT_ANSWERED", /node 1 is at measurement 3/, "later");
  });

  it("lets only so many results wait, and takes new ones when it is done", async function () {
    answer(2n, digests);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const attestor = create({
      maxQueue: 1,
      compute: async (seed, lanes) => {
        await gate;
        return pool.compute(seed, lanes);
      },
    });
    const first = attestor.attest({ node: 1n, nonce: 3n, digests });
    const second = () => attestor.attest({ node: 2n, nonce: 3n, digests });
    await expectCorexError(second, "ATTESTOR_BUSY", /1 results are waiting/, "later");
    release();
    expect((await first).attestation.valid).to.equal(true);
    expect((await second()).attestation).to.include({ node: 2n, valid: true });
  });

  it("tries again after its own failure, which is no verdict", async function () {
    let fail = true;
    const attestor = create({
      compute: async (seed, lanes) => {
        if (fail) throw new CorexError("BENCHMARK_WORKER_FAILED", "a thread ended", { retry: "later" });
        return pool.compute(seed, lanes);
      },
    });
    const ask = () => attestor.attest({ node: 1n, nonce: 3n, digests });
    await expectCorexError(ask, "BENCHMARK_WORKER_FAILED", /a thread ended/, "later");
    fail = false;
    expect((await ask()).attestation.valid).to.equal(true);
  });

  describe("over HTTP", function () {
    let server: Server;
    let url: string;

    beforeEach(async function () {
      server = createAttestorServer(create(), silent);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterEach(function () {
      server.close();
      server.closeAllConnections();
    });

    async function post(path: string, body: string): Promise<{ status: number; code: string; message: string }> {
      const response = await fetch(`${url}${path}`, { method: "POST", body });
      const { code, message } = (await response.json()) as { code: string; message: string };
      return { status: response.status, code, message };
    }

    it("attests for a client, and shows the verdict to everybody afterwards", async function () {
      const signed = await requestAttestation({ attestor: url, node: 1n, nonce: 3n, digests });
      expect(signed.attestation).to.deep.equal({ node: 1n, nonce: 3n, result: laneRoot(digests), valid: true });
      expect(attestationSigner(DOMAIN, signed)).to.equal(WALLET.address);
      const shown = (await (await fetch(`${url}/verdicts/1`)).json()) as { signature: string };
      expect(shown.signature).to.equal(signed.signature);
      expect((await fetch(`${url}/verdicts/2`)).status).to.equal(409);
      expect((await fetch(`${url}/health`)).status).to.equal(200);
    });

    it("answers each refusal with its status, and the client with its code and advice", async function () {
      const ask = (node: number, list = digests) => post("/attest", JSON.stringify({ node, nonce: 3, digests: list }));
      expect(await ask(10)).to.include({ status: 404, code: "ATTESTOR_UNKNOWN_NODE" });
      expect(await ask(2)).to.include({ status: 409, code: "ATTESTOR_NOT_ANSWERED" });
      expect(await ask(1, forged(1))).to.include({ status: 400, code: "BENCHMARK_WRONG_ROOT" });
      const call = () => requestAttestation({ attestor: url, node: 2n, nonce: 3n, digests });
      await expectCorexError(call, "ATTESTOR_NOT_ANSWERED", /the attestor refuses: node 2/, "later");
    });

    it("answers what it cannot read with 400 or 404, and says why", async function () {
      expect(await post("/attest", "{")).to.include({ status: 400, code: "ATTESTOR_BAD_REQUEST" });
      expect((await post("/attest", "{}")).message).to.match(/body.node is missing/);
      const upper = JSON.stringify({ node: 1, nonce: 3, digests: ["0xAB"] });
      expect((await post("/attest", upper)).message).to.match(/body.digests\[0\] is "0xAB", expected 32 bytes/);
      expect((await post("/attest", JSON.stringify({ node: 0, nonce: 3, digests: [] }))).message).to.match(
        /body.node is 0/,
      );
      expect(await post("/nowhere", "{}")).to.include({ status: 404, code: "ATTESTOR_NOT_FOUND" });
      expect((await fetch(`${url}/verdicts/4294967296`)).status).to.equal(400);
    });

    it("stops reading a body that is too large, announced or not", async function () {
      const { port } = new URL(url);
      for (const headers of [{ "content-length": MAX_BODY_BYTES + 1 }, { "transfer-encoding": "chunked" }]) {
        const outgoing = request({ host: "127.0.0.1", port, path: "/attest", method: "POST", headers });
        outgoing.on("error", () => undefined);
        outgoing.write(Buffer.alloc("content-length" in headers ? 1 : MAX_BODY_BYTES + 1, "x"));
        const [response] = (await once(outgoing, "response")) as [{ statusCode: number }];
        expect(response.statusCode).to.equal(413);
        outgoing.destroy();
      }
    });

    it("is reported as unreachable when it is not there", async function () {
      const call = () => requestAttestation({ attestor: "http://127.0.0.1:9", node: 1n, nonce: 3n, digests });
      await expectCorexError(call, "ATTESTOR_UNREACHABLE", /does not answer/, "later");
    });
  });
});
