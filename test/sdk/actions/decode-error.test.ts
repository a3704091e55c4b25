import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { AbiCoder, Interface, makeError, type ErrorFragment, type ParamType } from "ethers";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { createProvider } from "../../../packages/sdk/src/contracts/create-provider.ts";
import { decodeError, errorCode } from "../../../packages/sdk/src/contracts/decode-error.ts";
import { ERROR_INTERFACE } from "../../../packages/sdk/src/contracts/error-interface.ts";
import { ERROR_RETRY } from "../../../packages/sdk/src/contracts/error-retry.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";

const COREX =
  /^(Fragments|TaskMarket|RoundMarket|WorkMarket|WorkReview|VerifierCommittee|Arbitration|JurorPool|TaskEscrow|NodeRegistry|RewardDistributor|MiningPool|FeeRouter|CircuitRegistry|ProofVerifier|ModelRegistry|ModelMetrics|ModelContributions|DatasetRegistry|StakeVault|Slasher|Reputation|Scheduler|BenchmarkRegistry|Brake|Buyback|Council|DeveloperRegistry|GovernanceRewards|GovernanceTimelock|GrantStream|Handover|Parameters|PolicyRegistry|SelectorRegistry|StageGovernor|SupportGovernor|TechnicalGovernor|Treasury|VotingPower)/;

/** What ethers knows of a failed call beside its data. */
const CALL = {
  action: "call" as const,
  data: null,
  reason: null,
  transaction: { to: null, data: "0x" },
  invocation: null,
  revert: null,
};

/** Codes of no custom error. */
const OTHER_CODES = [
  "CHAIN_REVERTED",
  "CHAIN_INSUFFICIENT_FUNDS",
  "CHAIN_NONCE_USED",
  "CHAIN_UNREACHABLE",
  "CHAIN_ERROR",
  "CHAIN_EVENT_MISSING",
  "CHAIN_LOGS_INCOMPLETE",
];

const errors: ErrorFragment[] = [];
ERROR_INTERFACE.forEachError((fragment) => errors.push(fragment));

/** A value that every decoder of the type accepts. */
function sample({ baseType, type }: ParamType): unknown {
  if (baseType === "address") return `0x${"11".repeat(20)}`;
  if (baseType === "bool") return true;
  if (type.startsWith("bytes")) return `0x${"22".repeat(Number(type.slice(5)) || 0)}`;
  return baseType === "string" ? "text" : 7n;
}

function encode(fragment: ErrorFragment): { data: string; values: unknown[] } {
  const values = fragment.inputs.map(sample);
  return { data: fragment.selector + AbiCoder.defaultAbiCoder().encode(fragment.inputs, values).slice(2), values };
}

describe("decodeError", function () {
  it("knows every custom error of every contract that was built", function () {
    const known = new Set(errors.map((fragment) => fragment.format("sighash")));
    const unknown = new Set<string>();
    for (const file of globSync(join(repositoryRoot(), "artifacts/contracts/**/*.json"))) {
      const { abi } = JSON.parse(readFileSync(file, "utf8")) as { abi?: string[] };
      if (abi === undefined || file.includes("/test/")) continue;
      new Interface(abi).forEachError((fragment) => {
        if (!known.has(fragment.format("sighash"))) unknown.add(fragment.format("sighash"));
      });
    }
    expect([...unknown]).to.deep.equal([]);
  });

  it("has advice on retrying for every custom error of Corex, and for no error that does not exist", function () {
    const names = errors.map(({ name }) => name);
    expect(names.filter((name) => COREX.test(name) && ERROR_RETRY[name] === undefined)).to.deep.equal([]);
    expect(Object.keys(ERROR_RETRY).filter((name) => !names.includes(name))).to.deep.equal([]);
  });

  for (const fragment of errors) {
    it(`decodes ${fragment.name}`, function () {
      const { data, values } = encode(fragment);
      const error = decodeError(makeError("execution reverted", "CALL_EXCEPTION", { ...CALL, data }));
      expect(error.code)
        .to.equal(errorCode(fragment.name))
        .and.to.match(/^CHAIN_[A-Z0-9]+(_[A-Z0-9]+)?$/);
      expect(error.retry).to.equal(ERROR_RETRY[fragment.name] ?? "never");
      fragment.inputs.forEach(({ name }, index) => {
        expect(error.details[name]).to.equal(values[index]);
        expect(error.message).to.include(`${name}: ${String(values[index])}`);
      });
    });
  }

  it("spells codes as domain and error", function () {
    expect(errorCode("MarketStaleHead")).to.equal("CHAIN_MARKET_STALEHEAD");
    expect(errorCode("FragmentsEntropyPending")).to.equal("CHAIN_FRAGMENTS_ENTROPYPENDING");
    expect(errorCode("CouncilNotDue")).to.equal("CHAIN_COUNCIL_NOTDUE");
    expect(errorCode("CouncilPowersEnded")).to.equal("CHAIN_COUNCILPOWERS_ENDED");
    expect(errorCode("ReentrancyGuardReentrantCall")).to.equal("CHAIN_REENTRANCYGUARDREENTRANTCALL");
  });

  it("finds the revert data where endpoints put it", function () {
    const data = encode(errors.find(({ name }) => name === "MarketStaleHead") as ErrorFragment).data;
    for (const cause of [
      { data },
      { data: { data } },
      { error: { data } },
      { info: { error: { data } } },
      { code: "UNKNOWN_ERROR", error: { code: -32_603, data: { message: "x", data } } },
    ]) {
      expect(decodeError(cause).code).to.equal("CHAIN_MARKET_STALEHEAD");
    }
  });

  const others: [string, unknown, string, string][] = [
    ["a revert without data", makeError("reverted", "CALL_EXCEPTION", CALL), "CHAIN_REVERTED", "never"],
    [
      "a revert with a reason",
      { data: new Interface(["error Error(string)"]).encodeErrorResult("Error", ["because"]) },
      "CHAIN_REVERTED",
      "never",
    ],
    [
      "a panic",
      { data: new Interface(["error Panic(uint256)"]).encodeErrorResult("Panic", [17]) },
      "CHAIN_REVERTED",
      "never",
    ],
    [
      "an empty account on geth",
      { error: { code: -32_000, message: "insufficient funds for gas * price + value" } },
      "CHAIN_INSUFFICIENT_FUNDS",
      "after-change",
    ],
    [
      "an empty account on Hardhat",
      new Error("Sender doesn't have enough funds to send tx"),
      "CHAIN_INSUFFICIENT_FUNDS",
      "after-change",
    ],
    ["a used nonce", { error: { message: "nonce too low: next nonce 5, tx nonce 4" } }, "CHAIN_NONCE_USED", "later"],
    ["a known transaction", { error: { message: "already known" } }, "CHAIN_ALREADY_KNOWN", "later"],
    ["a server error", makeError("bad response", "SERVER_ERROR", { request: "r" }), "CHAIN_UNREACHABLE", "later"],
    ["a timeout", makeError("timeout", "TIMEOUT", { operation: "o", reason: "r" }), "CHAIN_UNREACHABLE", "later"],
    [
      "a closed socket",
      Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      "CHAIN_UNREACHABLE",
      "later",
    ],
    ["anything else", new Error("strange"), "CHAIN_ERROR", "later"],
    ["a text", "strange", "CHAIN_ERROR", "later"],
  ];
  for (const [what, cause, code, retry] of others) {
    it(`calls ${what} ${code}`, function () {
      expect(decodeError(cause)).to.include({ code, retry });
    });
  }

  it("calls an endpoint that is not there CHAIN_UNREACHABLE", async function () {
    const provider = createProvider("http://127.0.0.1:9", 31_337);
    const error = await provider.getBlockNumber().then(
      () => undefined,
      (cause: unknown) => decodeError(cause),
    );
    provider.destroy();
    expect(error).to.include({ code: "CHAIN_UNREACHABLE", retry: "later" });
  });

  it("calls an endpoint that answers 503 CHAIN_UNREACHABLE", async function () {
    const server = createServer((_, response) => response.writeHead(503).end("busy")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const provider = createProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 31_337);
    const error = await provider.getBlockNumber().then(
      () => undefined,
      (cause: unknown) => decodeError(cause),
    );
    provider.destroy();
    server.close();
    expect(error).to.include({ code: "CHAIN_UNREACHABLE", retry: "later" });
  });

  it("leaves a CorexError as it is", function () {
    const error = new CorexError("STORE_NOT_FOUND", "x");
    expect(decodeError(error)).to.equal(error);
  });

  it("documents no code that no error has", function () {
    const known = new Set([...OTHER_CODES, ...errors.map(({ name }) => errorCode(name))]);
    const files = globSync(join(repositoryRoot(), "packages/sdk/src/actions/**/*.ts"));
    expect(files.length).to.be.above(100);
    for (const file of files) {
      // `CHAIN_ARBITRATION_*` stands for many.
      const documented = readFileSync(file, "utf8").match(/CHAIN_[A-Z0-9_]+\b(?!\*)/g) ?? [];
      expect(
        documented.filter((code) => !known.has(code)),
        file,
      ).to.deep.equal([]);
    }
  });
});
