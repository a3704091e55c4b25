import { verifyMessage, type Wallet } from "ethers";
import type { Groth16ProofJson } from "snarkjs";

import type { Benchmark } from "@corex/sdk/actions/benchmark";
import { signBenchmark } from "@corex/sdk/actions/sign-benchmark";
import type { SignedBenchmark } from "@corex/sdk/actions/submit-benchmark";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import { linearStepPublicSignals, linearStepStatement } from "@corex/sdk/proof/linear-step";
import { verifyProof } from "@corex/sdk/proof/verify";

import { benchmarkStatement } from "./benchmark-statement.ts";
import type { ChallengeBook } from "./challenge-book.ts";
import { challengeRequest } from "./challenge-request.ts";

/** How far the time in a request may be from the attestor's, in seconds. */
const REQUEST_TOLERANCE = 300;

const SECONDS_PER_DAY = 86_400;
const BENCHMARK_LIFETIME = 30 * SECONDS_PER_DAY;

export interface AttestorOptions {
  /** Holder of the ATTESTOR role. */
  readonly wallet: Wallet;
  readonly provider: RpcProvider;
  readonly contracts: CorexContracts;
  readonly chainId: number;
  readonly circuit: Circuit;
  readonly book: ChallengeBook;
  /** Seconds since the Unix epoch. */
  readonly now?: () => number;
}

export interface ChallengeReply {
  readonly seed: string;
  /** The node's `benchmarkNonce`. */
  readonly nonce: bigint;
  /** Milliseconds that are left to answer. */
  readonly deadlineMs: number;
}

export interface BenchmarkAnswer {
  readonly node: bigint;
  readonly publicSignals: readonly string[];
  readonly proof: Groth16ProofJson;
}

/** Measures nodes: draws a challenge, checks the proof that answers it, and signs what the time it took amounts to. */
export class Attestor {
  readonly #options: AttestorOptions;

  constructor(options: AttestorOptions) {
    this.#options = options;
  }

  /** @throws CorexError ATTESTOR_UNKNOWN_NODE, ATTESTOR_NOT_OPERATOR, ATTESTOR_STALE_REQUEST, ATTESTOR_RATE_LIMITED. */
  async challenge({
    node,
    issuedAt,
    signature,
  }: {
    node: bigint;
    issuedAt: number;
    signature: string;
  }): Promise<ChallengeReply> {
    const { book, chainId, contracts, now = () => Math.floor(Date.now() / 1_000) } = this.#options;
    if (Math.abs(now() - issuedAt) > REQUEST_TOLERANCE) {
      throw new CorexError(
        "ATTESTOR_STALE_REQUEST",
        `the request is of second ${issuedAt}, it is ${now()}: check the clock`,
        {
          retry: "after-change",
        },
      );
    }
    const { operator, nonce } = await this.#readNode(node);
    const nodeRegistry = contractAddress(contracts.nodeRegistry);
    const signer = recover(challengeRequest({ chainId, nodeRegistry, node, issuedAt }), signature);
    if (signer !== operator) {
      throw new CorexError(
        "ATTESTOR_NOT_OPERATOR",
        `the request is signed by ${signer}, node ${node} is operated by ${operator}`,
        {
          retry: "after-change",
        },
      );
    }
    const { seed, issuedAt: start, expiresAt } = book.issue(node);
    return { seed, nonce, deadlineMs: expiresAt - start };
  }

  /**
   * Checks an answer and signs the benchmark. The clock stops when the answer arrived, before it is checked.
   *
   * @throws CorexError ATTESTOR_NO_CHALLENGE, ATTESTOR_TOO_LATE, ATTESTOR_WRONG_STATEMENT, ATTESTOR_INVALID_PROOF.
   */
  async respond({ node, publicSignals, proof }: BenchmarkAnswer): Promise<SignedBenchmark> {
    const { book, wallet, chainId, contracts, circuit } = this.#options;
    const { challenge, elapsedMs } = book.take(node);
    const nodeRegistry = contractAddress(contracts.nodeRegistry);
    const secrets = benchmarkStatement({ circuit: circuit.entry, chainId, nodeRegistry, node, seed: challenge.seed });
    const { signals } = await linearStepStatement(secrets, circuit.entry);
    const expected = linearStepPublicSignals(signals).map(String);
    if (expected.length !== publicSignals.length || expected.some((value, index) => value !== publicSignals[index])) {
      throw new CorexError("ATTESTOR_WRONG_STATEMENT", `the proof of node ${node} is not about its challenge`, {
        details: { node },
      });
    }
    if (!(await verifyProof(circuit, { proof, publicSignals: expected }))) {
      throw new CorexError("ATTESTOR_INVALID_PROOF", `the proof of node ${node} does not hold`, { details: { node } });
    }

    const { nonce } = await this.#readNode(node);
    const measuredAt = await this.#chainTime();
    const seconds = Math.max(elapsedMs, 1) / 1_000;
    const benchmark: Benchmark = {
      node,
      dailyWorkUnits: BigInt(Math.floor((circuit.entry.workUnits * SECONDS_PER_DAY) / seconds)),
      measuredAt: BigInt(measuredAt),
      expiresAt: BigInt(measuredAt + BENCHMARK_LIFETIME),
      nonce,
    };
    const signature = await signBenchmark(wallet, { chainId, nodeRegistry }, benchmark);
    return { benchmark, attestor: wallet.address, signature };
  }

  async #readNode(node: bigint): Promise<{ operator: string; nonce: bigint }> {
    try {
      const { operator, benchmarkNonce } = await this.#options.contracts.nodeRegistry.get(node);
      return { operator, nonce: benchmarkNonce };
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code !== "CHAIN_NODEREGISTRY_UNKNOWNNODE") throw error;
      throw new CorexError("ATTESTOR_UNKNOWN_NODE", `there is no node ${node}`, {
        retry: "after-change",
        cause: error,
      });
    }
  }

  /** The registry compares with the clock of the chain, which is not this machine's. */
  async #chainTime(): Promise<number> {
    try {
      const block = await this.#options.provider.getBlock("latest");
      if (block !== null) return block.timestamp;
    } catch (cause) {
      throw decodeError(cause);
    }
    throw new CorexError("CHAIN_UNREACHABLE", "the endpoint has no latest block", { retry: "later" });
  }
}

function recover(message: string, signature: string): string {
  try {
    return verifyMessage(message, signature);
  } catch (cause) {
    throw new CorexError("ATTESTOR_NOT_OPERATOR", "the signature of the request is malformed", {
      retry: "after-change",
      cause,
    });
  }
}
