import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Wallet } from "ethers";

import { loadKey } from "@corex/sdk/key/load-key";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

describe("loadKey", function () {
  this.timeout(20_000);
  const wallet = new Wallet(`0x${"11".repeat(32)}`);
  let folder: string;
  let keystore: string;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-key-"));
    keystore = join(folder, "key.json");
    writeFileSync(keystore, wallet.encryptSync("correct"));
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a keystore with the password from the environment", async function () {
    const { address } = await loadKey({ keystore, env: { COREX_KEYSTORE_PASSWORD: "correct" } });
    expect(address).to.equal(wallet.address);
  });

  it("opens a keystore with the password from a file, without its line break", async function () {
    const keystorePasswordFile = join(folder, "password");
    writeFileSync(keystorePasswordFile, "correct\n");
    expect((await loadKey({ keystore, keystorePasswordFile, env: {} })).address).to.equal(wallet.address);
  });

  it("takes the key from the environment", async function () {
    expect((await loadKey({ env: { COREX_PRIVATE_KEY: wallet.privateKey } })).address).to.equal(wallet.address);
  });

  it("refuses a wrong password, a missing one, a file that is no keystore, and one that is not there", async function () {
    const env = { COREX_KEYSTORE_PASSWORD: "wrong" };
    await expectCorexError(
      () => loadKey({ keystore, env }),
      "KEY_WRONG_PASSWORD",
      /the password does not open .*key.json/,
    );
    await expectCorexError(
      () => loadKey({ keystore, env: {} }),
      "KEY_MISSING",
      /use COREX_KEYSTORE_PASSWORD or --keystore-password-file/,
    );
    const text = join(folder, "text");
    writeFileSync(text, "{}");
    await expectCorexError(() => loadKey({ keystore: text, env }), "KEY_INVALID", /is no JSON keystore/);
    await expectCorexError(() => loadKey({ keystore: join(folder, "none"), env }), "KEY_UNREADABLE", /cannot read/);
  });

  it("never repeats a malformed key in its message", async function () {
    const env = { COREX_PRIVATE_KEY: "deadbeefdeadbeef" };
    const error = await expectCorexError(() => loadKey({ env }), "KEY_INVALID", /not 0x and 64/, "after-change");
    expect(error.message).to.not.include("deadbeef");
  });
});
