import { expect } from "chai";

import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { getJson, putJson } from "../../../packages/sdk/src/store/json.ts";
import { expectCorexError } from "./support/expect-corex-error.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe("putJson and getJson", function () {
  const folder = temporaryFolder();

  it("give equal values equal ids and return bigints as decimal strings", async function () {
    const store = new DirectoryStore(folder());
    const id = await putJson(store, { y: [1n, -2n], x: 0.5 });
    expect(await putJson(store, { x: 0.5, y: [1n, -2n] })).to.equal(id);
    expect(await getJson(store, id)).to.deep.equal({ x: 0.5, y: ["1", "-2"] });
  });

  for (const [what, bytes] of [
    ["cut short", new TextEncoder().encode('{"a":')],
    ["not UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ] as const) {
    it(`refuse content that is ${what} with STORE_INVALID_JSON`, async function () {
      const store = new DirectoryStore(folder());
      const id = await store.put(bytes);
      await expectCorexError(
        () => getJson(store, id),
        "STORE_INVALID_JSON",
        `the content of ${id} is not JSON (${bytes.length} bytes)`,
        "never",
      );
    });
  }
});
