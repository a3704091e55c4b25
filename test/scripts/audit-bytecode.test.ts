import { expect } from "chai";

import {
  type Artifact,
  disassemble,
  dispatchedSelectors,
  immutableValues,
  maskImmutables,
  withoutMetadata,
} from "../../scripts/audit/bytecode.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

const ARTIFACT: Artifact = {
  contractName: "Example",
  abi: [],
  deployedBytecode: "0x",
  immutableReferences: {
    "7": [
      { start: 1, length: 2 },
      { start: 5, length: 2 },
    ],
    "9": [{ start: 3, length: 1 }],
  },
};

// audit/bytecode
// ├── disassemble skips the data of a PUSH, and survives one that is cut off
// ├── withoutMetadata takes off the CBOR part, and nothing when its length cannot be
// ├── dispatchedSelectors finds PUSH4 x EQ and PUSH3 x EQ, and nothing else
// ├── maskImmutables sets every place to zero
// └── immutableValues shows an immutable whose places differ
describe("audit/bytecode", function () {
  it("disassemble skips the data of a PUSH, and survives one that is cut off", function () {
    const code = bytes(0x61, 0xf4, 0xff, 0xf4, 0x5f, 0x7f, 0xf4);
    expect(disassemble(code).map(({ offset, opcode }) => [offset, opcode])).to.deep.equal([
      [0, 0x61],
      [3, 0xf4],
      [4, 0x5f],
      [5, 0x7f],
    ]);
  });

  it("withoutMetadata takes off the CBOR part, and nothing when its length cannot be", function () {
    expect(withoutMetadata(bytes(1, 2, 3, 0xa1, 0xff, 0, 2))).to.deep.equal(bytes(1, 2, 3));
    expect(withoutMetadata(bytes(1, 2, 0xff, 0xff))).to.deep.equal(bytes(1, 2, 0xff, 0xff));
    expect(withoutMetadata(bytes(1))).to.deep.equal(bytes(1));
  });

  it("dispatchedSelectors finds PUSH4 x EQ and PUSH3 x EQ, and nothing else", function () {
    const code = bytes(0x63, 1, 2, 3, 4, 0x14, 0x62, 5, 6, 7, 0x14, 0x63, 9, 9, 9, 9, 0x11, 0x61, 8, 8, 0x14);
    expect(dispatchedSelectors(disassemble(code))).to.deep.equal(["0x01020304", "0x00050607"]);
  });

  it("maskImmutables sets every place to zero", function () {
    expect(maskImmutables(bytes(1, 2, 3, 4, 5, 6, 7, 8), ARTIFACT)).to.equal("0x0100000005000008");
  });

  it("immutableValues shows an immutable whose places differ", function () {
    expect(immutableValues(bytes(0, 1, 1, 9, 0, 1, 1), ARTIFACT)).to.deep.equal(["0x0101", "0x09"]);
    expect(immutableValues(bytes(0, 1, 1, 9, 0, 2, 2), ARTIFACT)).to.deep.equal(["0x0101", "0x0202", "0x09"]);
  });
});
