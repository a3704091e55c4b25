import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import {
  Transaction,
  Wallet,
  verifyTypedData,
  type TransactionLike,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

import { connectRemoteSigner } from "@corex/sdk/key/connect-remote-signer";

import { ethers, networkHelpers } from "../../support/fixtures.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const TYPES = { Ballot: [{ name: "proposalId", type: "uint256" }] };

// RemoteSigner, against a signer that answers over HTTP
// ├── sends a transaction and signs typed data as the account of the signer
// ├── refuses what is signed with another key, or another transaction than it asked for
// └── says when the signer refuses, does not answer, or has no such account
describe("RemoteSigner", function () {
  const key = Wallet.createRandom();
  const other = Wallet.createRandom();
  let server: Server;
  let url: string;
  let signing: { sign(request: Record<string, string>): Promise<string>; typed(json: string): Promise<string> };

  /** Signs what it is asked to, with `wallet`, after `change`. */
  function signerWith(wallet: typeof key, change: TransactionLike = {}) {
    return {
      async sign({ gas, ...request }: Record<string, string>) {
        return wallet.signTransaction(
          Transaction.from({ ...request, from: null, gasLimit: gas, type: 2, ...change } as TransactionLike),
        );
      },
      async typed(json: string) {
        const { domain, types, message } = JSON.parse(json) as {
          domain: TypedDataDomain;
          types: Record<string, TypedDataField[]>;
          message: Record<string, unknown>;
        };
        const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== "EIP712Domain"));
        return wallet.signTypedData(domain, own, message);
      },
    };
  }

  async function answer(method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === "eth_accounts") return [key.address];
    if (method === "eth_signTransaction") return { raw: await signing.sign(params[0] as Record<string, string>) };
    if (method === "eth_signTypedData_v4") return signing.typed(String(params[1]));
    throw new Error(`no ${method}`);
  }

  beforeEach(async function () {
    signing = signerWith(key);
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += String(chunk)));
      request.on("end", () => {
        const { method, params } = JSON.parse(body) as { method: string; params: unknown[] };
        void answer(method, params).then(
          (result) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result })),
          (error: Error) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { message: error.message } })),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await networkHelpers.setBalance(key.address, 10n ** 18n);
  });

  afterEach(function () {
    server.close();
    server.closeAllConnections();
  });

  it("sends a transaction as the account of the signer", async function () {
    const signer = await connectRemoteSigner(url, ethers.provider);
    expect(await signer.getAddress()).to.equal(key.address);
    const response = await signer.sendTransaction({ to: other.address, value: 7n });
    const receipt = await response.wait();
    expect(receipt?.from).to.equal(key.address);
    expect(await ethers.provider.getBalance(other.address)).to.equal(7n);
  });

  it("signs typed data as the account of the signer", async function () {
    const signer = await connectRemoteSigner(url, null, key.address);
    const domain = { name: "Corex Support Governor", version: "1", chainId: 1, verifyingContract: other.address };
    const signature = await signer.signTypedData(domain, TYPES, { proposalId: 5n });
    expect(verifyTypedData(domain, TYPES, { proposalId: 5n }, signature)).to.equal(key.address);
  });

  it("sends nothing that was signed with another key, or is another transaction", async function () {
    const signer = await connectRemoteSigner(url, ethers.provider);
    const before = await ethers.provider.getBalance(other.address);
    for (const lying of [signerWith(other), signerWith(key, { value: 8n }), signerWith(key, { to: key.address })]) {
      signing = lying;
      await expectCorexError(
        async () => signer.sendTransaction({ to: other.address, value: 7n }),
        "KEY_SIGNER_MISMATCH",
        /the remote signer/,
      );
    }
    signing = signerWith(other);
    await expectCorexError(
      async () => signer.signTypedData({}, TYPES, { proposalId: 5n }),
      "KEY_SIGNER_MISMATCH",
      /the remote signer/,
    );
    expect(await ethers.provider.getBalance(other.address)).to.equal(before);
  });

  it("says when the signer refuses, does not answer, or has no such account", async function () {
    const signer = await connectRemoteSigner(url, ethers.provider);
    await expectCorexError(async () => signer.signMessage("hello"), "KEY_SIGNER_REFUSED", /the remote signer/);
    await expectCorexError(
      async () => connectRemoteSigner(url, null, other.address),
      "KEY_MISSING",
      /the remote signer/,
    );
    await expectCorexError(
      async () => connectRemoteSigner("http://127.0.0.1:9", null),
      "KEY_SIGNER_UNREACHABLE",
      /the remote signer/,
    );
  });
});
