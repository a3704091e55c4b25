import { expect } from "chai";
import { once } from "node:events";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Wallet } from "ethers";
import { network } from "hardhat";
import { pino } from "pino";

import { createSender } from "@corex/sdk/actions/create-sender";
import { readNode } from "@corex/sdk/actions/read-node";
import { registerNode } from "@corex/sdk/actions/register-node";
import { submitBenchmark } from "@corex/sdk/actions/submit-benchmark";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { LINEAR_STEP_CIRCUIT, linearStepStatement } from "@corex/sdk/proof/linear-step";
import { SnarkjsProver } from "@corex/sdk/proof/snarkjs-prover";
import type { ProofResult } from "@corex/sdk/proof/prover";

import { Attestor, type BenchmarkAnswer } from "../../packages/node/src/attestor/attestor.ts";
import { benchmarkStatement } from "../../packages/node/src/attestor/benchmark-statement.ts";
import { ChallengeBook } from "../../packages/node/src/attestor/challenge-book.ts";
import { challengeRequest } from "../../packages/node/src/attestor/challenge-request.ts";
import { requestBenchmark } from "../../packages/node/src/attestor/request-benchmark.ts";
import { createAttestorServer } from "../../packages/node/src/attestor/server.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { deploySuite } from "../support/deploy-suite.ts";

const RULES = { lifetimeMs: 60_000, perWindow: 3, windowMs: 3_600_000 };
const MINUTE = 60_000;

// FM-22: fake GPUs register by the million (io.net 2024). No fresh challenge, no score.
describe("the attestor", function () {
  this.timeout(60_000);
  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);
  const prover = new SnarkjsProver();
  const attestorKey = Wallet.createRandom();
  let seconds = 0;
  let clock = 0;
  let attestor: Attestor;
  let suite: Awaited<ReturnType<typeof deploySuite>>;
  let connection: Awaited<ReturnType<typeof network.create>>;
  const operators: Wallet[] = [];

  before(async function () {
    connection = await network.create();
    const { ethers } = connection;
    const [admin] = await ethers.getSigners();
    if (admin === undefined) throw new Error("no account");
    suite = await deploySuite({ admin, attestor: attestorKey.address });
    for (let index = 0; index < 2; index += 1) {
      const wallet = new Wallet(Wallet.createRandom().privateKey, ethers.provider);
      await admin.sendTransaction({ to: wallet.address, value: ethers.parseEther("1") });
      const context = { contracts: suite.contracts, sender: await createSender(wallet) };
      await registerNode(context, { payout: wallet.address, deviceClass: "CPU", metadataUri: "" });
      operators.push(wallet);
    }
  });

  beforeEach(function () {
    clock = 0;
    seconds = Math.floor(Date.now() / 1_000);
    attestor = new Attestor({
      wallet: new Wallet(attestorKey.privateKey),
      provider: connection.ethers.provider,
      contracts: suite.contracts,
      chainId: suite.deployment.chainId,
      circuit,
      book: new ChallengeBook(RULES, () => clock),
      now: () => seconds,
    });
  });

  after(async function () {
    await prover.close();
    await connection.close();
  });

  /** Asks for a challenge as the operator of `node`, or as `signer`. */
  async function ask(node: bigint, signer = operators[Number(node) - 1], issuedAt = seconds) {
    const nodeRegistry = suite.deployment.contracts.NodeRegistry;
    const message = challengeRequest({ chainId: suite.deployment.chainId, nodeRegistry, node, issuedAt });
    if (signer === undefined) throw new Error(`no operator of node ${node}`);
    return attestor.challenge({ node, issuedAt, signature: await signer.signMessage(message) });
  }

  async function answer(node: bigint, seed: string): Promise<BenchmarkAnswer> {
    const { chainId, contracts } = suite.deployment;
    const secrets = benchmarkStatement({
      circuit: circuit.entry,
      chainId,
      nodeRegistry: contracts.NodeRegistry,
      node,
      seed,
    });
    const { inputs } = await linearStepStatement(secrets, circuit.entry);
    const { proof, publicSignals }: ProofResult = await prover.prove(circuit, inputs);
    return { node, proof, publicSignals };
  }

  it("signs what the time from challenge to answer amounts to, and the registry takes it once", async function () {
    const { seed, nonce, deadlineMs } = await ask(1n);
    expect(nonce).to.equal(0n);
    expect(deadlineMs).to.equal(RULES.lifetimeMs);
    const response = await answer(1n, seed);
    clock += 2_000;
    const signed = await attestor.respond(response);
    // 512 multiply-accumulates in two seconds, all day long.
    expect(signed.benchmark).to.include({ node: 1n, dailyWorkUnits: BigInt((512 * 86_400) / 2), nonce: 0n });
    expect(signed.attestor).to.equal(attestorKey.address);

    const operator = operators[0];
    if (operator === undefined) throw new Error("no operator");
    const context = { contracts: suite.contracts, sender: await createSender(operator) };
    await submitBenchmark(context, signed);
    const node = await readNode(suite.contracts, operator.address);
    expect(node).to.include({ status: "active", eligible: true, dailyWorkUnits: signed.benchmark.dailyWorkUnits });
    await expectCorexError(
      () => submitBenchmark(context, signed),
      "CHAIN_NODEREGISTRY_INVALIDBENCHMARKNONCE",
      /expected: 1/,
    );
  });

  it("refuses an answer without challenge, and a second answer to one challenge", async function () {
    const { seed } = await ask(1n);
    const response = await answer(1n, seed);
    await attestor.respond(response);
    await expectCorexError(() => attestor.respond(response), "ATTESTOR_NO_CHALLENGE", /node 1 has no open challenge/);
  });

  it("refuses the proof of an earlier challenge, and takes the challenge away for it", async function () {
    const first = await ask(1n);
    const old = await answer(1n, first.seed);
    await ask(1n);
    await expectCorexError(
      () => attestor.respond(old),
      "ATTESTOR_WRONG_STATEMENT",
      /is not about its challenge/,
      "never",
    );
    await expectCorexError(() => attestor.respond(old), "ATTESTOR_NO_CHALLENGE", /ask for one first/);
  });

  it("refuses the proof of another node", async function () {
    const { seed } = await ask(1n);
    await ask(2n);
    const foreign = await answer(1n, seed);
    await expectCorexError(() => attestor.respond({ ...foreign, node: 2n }), "ATTESTOR_WRONG_STATEMENT", /node 2/);
  });

  it("refuses the right values with a proof of something else", async function () {
    const other = await answer(1n, `0x${"00".repeat(32)}`);
    const { seed } = await ask(1n);
    const { chainId, contracts } = suite.deployment;
    const secrets = benchmarkStatement({
      circuit: circuit.entry,
      chainId,
      nodeRegistry: contracts.NodeRegistry,
      node: 1n,
      seed,
    });
    const { signals } = await linearStepStatement(secrets, circuit.entry);
    const { weights, newWeights, gradient, batch, loss, ctx } = signals;
    const publicSignals = [weights, newWeights, gradient, batch, loss, ctx].map(String);
    const forged = { ...other, publicSignals };
    await expectCorexError(() => attestor.respond(forged), "ATTESTOR_INVALID_PROOF", /does not hold/, "never");
  });

  it("refuses a late answer", async function () {
    const { seed } = await ask(1n);
    const response = await answer(1n, seed);
    clock += RULES.lifetimeMs + 1;
    await expectCorexError(() => attestor.respond(response), "ATTESTOR_TOO_LATE", /answered after 60001 ms/);
  });

  it("gives a node only so many challenges per window, whatever others do", async function () {
    for (let count = 0; count < RULES.perWindow; count += 1) await ask(1n);
    await expectCorexError(() => ask(1n), "ATTESTOR_RATE_LIMITED", /asked 3 times: wait 3600 s/, "later");
    await ask(2n);
    clock += 60 * MINUTE + 1;
    await ask(1n);
  });

  it("gives challenges to the operator alone, for requests of now, and of nodes that exist", async function () {
    const [, other] = operators;
    await expectCorexError(() => ask(1n, other), "ATTESTOR_NOT_OPERATOR", /node 1 is operated by/);
    await expectCorexError(() => ask(1n, undefined, seconds - 301), "ATTESTOR_STALE_REQUEST", /check the clock/);
    await expectCorexError(() => ask(99n, other), "ATTESTOR_UNKNOWN_NODE", /there is no node 99/);
    const malformed = { node: 1n, issuedAt: seconds, signature: `0x${"00".repeat(65)}` };
    await expectCorexError(() => attestor.challenge(malformed), "ATTESTOR_NOT_OPERATOR", /malformed/);
  });

  describe("over HTTP", function () {
    let server: Server;
    let url: string;

    beforeEach(async function () {
      server = createAttestorServer(attestor, pino({ level: "silent" }));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterEach(function () {
      server.close();
      server.closeAllConnections();
    });

    async function post(
      path: string,
      body: string,
    ): Promise<{ status: number; reply: { code: string; message: string } }> {
      const response = await fetch(`${url}${path}`, { method: "POST", body });
      return { status: response.status, reply: (await response.json()) as { code: string; message: string } };
    }

    it("measures a node that asks through the client", async function () {
      const [, wallet] = operators;
      if (wallet === undefined) throw new Error("no operator");
      const { chainId, contracts } = suite.deployment;
      const node = { attestor: url, wallet, chainId, nodeRegistry: contracts.NodeRegistry, node: 2n, circuit, prover };
      const signed = await requestBenchmark(node);
      expect(signed.benchmark.node).to.equal(2n);
      await submitBenchmark({ contracts: suite.contracts, sender: await createSender(wallet) }, signed);
      expect((await readNode(suite.contracts, wallet.address))?.status).to.equal("active");
    });

    it("answers what it cannot read with 400, 404 or 413, and says why", async function () {
      expect(await post("/challenge", "{")).to.deep.include({ status: 400 });
      expect((await post("/challenge", "{}")).reply.code).to.equal("ATTESTOR_BAD_REQUEST");
      const short = await post("/response", JSON.stringify({ node: 1, publicSignals: ["1"], proof: {} }));
      expect(short).to.deep.include({ status: 400 });
      expect(short.reply.message).to.match(/body.publicSignals .*1 elements, expected an array of 6 elements/);
      expect(await post("/nowhere", "{}")).to.deep.include({ status: 404 });
      expect((await fetch(`${url}/health`)).status).to.equal(200);
    });

    it("stops reading a body that is too large", async function () {
      const { port } = new URL(url);
      const outgoing = request({ host: "127.0.0.1", port, path: "/challenge", method: "POST" });
      outgoing.on("error", () => undefined);
      outgoing.end(Buffer.alloc(17 * 1_024, "x"));
      const [response] = (await once(outgoing, "response")) as [{ statusCode: number }];
      expect(response.statusCode).to.equal(413);
    });

    it("is reported as unreachable when it is not there", async function () {
      const [, wallet] = operators;
      if (wallet === undefined) throw new Error("no operator");
      const { chainId, contracts } = suite.deployment;
      const node = { wallet, chainId, nodeRegistry: contracts.NodeRegistry, node: 2n, circuit, prover };
      const call = () => requestBenchmark({ ...node, attestor: "http://127.0.0.1:9" });
      await expectCorexError(call, "ATTESTOR_UNREACHABLE", /does not answer/, "later");
    });
  });
});
