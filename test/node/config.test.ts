import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseEther } from "ethers";

import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { IpfsHttpStore } from "@corex/sdk/store/ipfs-http-store";

import { loadConfig } from "../../packages/node/src/config/agent-config.ts";
import { openContent } from "../../packages/node/src/config/open-content.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

describe("loadConfig", function () {
  let folder: string;
  let file: string;

  beforeEach(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-config-"));
    file = join(folder, "node.json");
  });

  afterEach(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  function write(content: unknown): void {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }

  it("takes flags before environment before file before defaults", function () {
    write({ deployment: "from-file", pollMs: 111, graceMs: 222, journal: "from-file" });
    const config = loadConfig({
      flags: { deployment: "from-flag" },
      env: { COREX_DEPLOYMENT: "from-env", COREX_POLL_MS: "333" },
      file,
    });
    expect(config).to.include({
      deployment: "from-flag",
      pollMs: 333,
      graceMs: 222,
      journal: "from-file",
      spreadMs: 5_000,
    });
    expect(config.withdrawThreshold).to.equal(parseEther("1"));
    expect(config.payout).to.equal(undefined);
  });

  it("takes a folder, or an IPFS node, for the content store, and opens it", function () {
    const stores: [string, new (location: string) => unknown][] = [
      [join(folder, "plain"), DirectoryStore],
      ["relative/store", DirectoryStore],
      [`dir:${join(folder, "named")}`, DirectoryStore],
      ["http://127.0.0.1:5001", IpfsHttpStore],
      ["https://ipfs.example/", IpfsHttpStore],
    ];
    for (const [location, kind] of stores) {
      const { store } = loadConfig({ flags: { deployment: "x", store: location }, env: {} });
      expect(store).to.equal(location);
      expect(openContent(store), location).to.be.instanceOf(kind);
    }
  });

  it("reads what a node verifies and how it stands up for its work", function () {
    const flags = { deployment: "x" };
    const defaults = loadConfig({ flags, env: {} });
    expect(defaults).to.deep.include({ verify: [], acceptPlants: true, appeal: "checked", labelsFile: undefined });
    const given = {
      verify: " Labelling, features,labelling ",
      acceptPlants: "false",
      appeal: "never",
      labelsFile: "a.csv",
    };
    const expected = { verify: ["labelling", "features"], acceptPlants: false, appeal: "never", labelsFile: "a.csv" };
    expect(loadConfig({ flags: { ...flags, ...given }, env: {} })).to.deep.include(expected);
    write({ ...given, verify: ["training"] });
    expect(loadConfig({ flags, env: {}, file })).to.deep.include({ verify: ["training"], appeal: "never" });
  });

  const invalid: [string, Record<string, string>, RegExp][] = [
    [
      "a URL of another kind",
      { rpcUrl: "ftp://host" },
      /^rpcUrl is "ftp:\/\/host" \(from --rpc-url\), expected an http or https URL$/,
    ],
    [
      "a number below its range",
      { pollMs: "1" },
      /^pollMs is "1" \(from --poll-ms\), expected an integer from 50 to 600000$/,
    ],
    ["a number that is none", { heartbeatSeconds: "1e3" }, /expected an integer from 10 to 3000$/],
    ["a wrong address", { payout: "0x12" }, /^payout is "0x12" \(from --payout\), expected an address$/],
    ["a wrong amount", { withdrawThreshold: "-1" }, /expected an amount of CXT such as 1.5$/],
    [
      "an unknown kind of work",
      { verify: "labelling,poetry" },
      /^verify is .* expected kinds of work such as inference,/,
    ],
    ["a flag that is none", { acceptPlants: "yes" }, /^acceptPlants is "yes" .* expected true or false$/],
    ["a wrong policy", { appeal: "always" }, /^appeal is "always" .* expected never or checked$/],
    ["a wrong class", { deviceClass: "TPU" }, /expected one of CPU, GPU, FPGA, Edge$/],
    ["an empty text", { store: "" }, /expected a text that is not empty$/],
    ["a store behind another protocol", { store: "ftp://host/" }, /expected a folder, or the http or https URL of an/],
    ["a store without a host", { store: "http:" }, /expected a folder, or the http or https URL of an IPFS HTTP API$/],
    ["a wrong level", { logLevel: "loud" }, /expected one of trace, debug, info, warn, error, silent$/],
  ];
  for (const [what, flags, message] of invalid) {
    it(`refuses ${what}, naming setting, source, value and expectation`, async function () {
      const load = () => loadConfig({ flags: { deployment: "d", ...flags }, env: {} });
      await expectCorexError(load, "CONFIG_INVALID", message, "after-change");
    });
  }

  it("names the variable or the file that a wrong value comes from", async function () {
    const env = { COREX_DEPLOYMENT: "d", COREX_POLL_MS: "x" };
    await expectCorexError(() => loadConfig({ flags: {}, env }), "CONFIG_INVALID", /\(from COREX_POLL_MS\)/);
    write({ deployment: "d", pollMs: true });
    await expectCorexError(
      () => loadConfig({ flags: {}, env: {}, file }),
      "CONFIG_INVALID",
      /pollMs is "true" \(from "pollMs" in .*node.json\)/,
    );
  });

  it("says how to give what is missing", async function () {
    await expectCorexError(
      () => loadConfig({ flags: {}, env: {} }),
      "CONFIG_MISSING",
      /give --deployment <file>, or set COREX_DEPLOYMENT/,
    );
  });

  it("refuses a file that is unreadable, not an object, or has unknown settings", async function () {
    const load = () => loadConfig({ flags: {}, env: {}, file });
    await expectCorexError(load, "CONFIG_UNREADABLE", /cannot read the configuration file/);
    write("{");
    await expectCorexError(load, "CONFIG_UNREADABLE", /JSON/);
    write([1]);
    await expectCorexError(load, "CONFIG_INVALID", /is not a JSON object/);
    write({ deploiment: "d" });
    await expectCorexError(load, "CONFIG_UNKNOWN_SETTING", /holds "deploiment"; known: deployment, rpcUrl/);
  });

  it("refuses secrets in a file, without repeating them", async function () {
    for (const key of ["privateKey", "private_key", "keystorePassword", "mnemonic"]) {
      write({ deployment: "d", [key]: "hunter2" });
      const error = await expectCorexError(
        () => loadConfig({ flags: {}, env: {}, file }),
        "CONFIG_SECRET_IN_FILE",
        /secrets come from/,
      );
      expect(JSON.stringify([error.message, error.details])).to.not.include("hunter2");
    }
  });
});
