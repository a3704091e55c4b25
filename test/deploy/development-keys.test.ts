import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { runScript } from "../e2e/support/run-script.ts";

// npm run deploy
// └── given a chain that is no test chain
//     └── it refuses development keys before it sends anything
describe("npm run deploy, with development keys", function () {
  this.timeout(60_000);
  const called: string[] = [];
  let server: Server;
  let env: Record<string, string>;

  before(async function () {
    // A chain that only knows its id, and writes down what it is asked.
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Call | Call[];
        const answers = [asked].flat().map(({ id, method }) => {
          called.push(method);
          const error = { code: -32_601, message: `${method} is not known here` };
          return { jsonrpc: "2.0", id, ...(method === "eth_chainId" ? { result: "0x2105" } : { error }) };
        });
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    env = { COREX_RPC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });

  after(function () {
    server.close();
  });

  it("stops at a chain that is no test chain and has sent nothing", async function () {
    const { code, output } = await runScript("scripts/deploy.ts", ["--network", "local"], env);
    expect(code).to.equal(1);
    expect(output)
      .to.contain("chain 8453 is no test chain")
      .and.contain("linear-step-16x16")
      .and.contain("docs/ceremony.md");
    expect(new Set(called)).to.deep.equal(new Set(["eth_chainId"]));
  });
});

interface Call {
  readonly id: number;
  readonly method: string;
}
