import { expect } from "chai";

import { readTextCorpus, type TextCorpusOptions } from "../../../packages/sdk/src/data/text-corpus.ts";
import { textDataset } from "../../../packages/sdk/src/data/text-dataset.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { writeFiles } from "./support/write-files.ts";

describe("readTextCorpus", function () {
  const folder = temporaryFolder();

  function options(changes: Partial<TextCorpusOptions> = {}): TextCorpusOptions {
    return {
      roots: [folder()],
      classes: [
        { name: "script", extensions: [".js"] },
        { name: "markdown", extensions: [".md"] },
      ],
      sliceBytes: 16,
      minSliceBytes: 4,
      minBytes: 4,
      maxBytes: 1000,
      trainPerClass: 12,
      heldOutPerClass: 4,
      maxSlicesPerFile: 2,
      heldOutFraction: 0.25,
      seed: "test",
      ...changes,
    };
  }

  /** `count` files of each class with three different slices each. */
  function writeCorpus(count: number): void {
    for (let i = 0; i < count; i++) {
      const slices = (kind: string) => [0, 1, 2].map((slice) => `${kind} ${i} ${slice}`.padEnd(16, ".")).join("");
      writeFiles(folder(), { [`p${i}/index.js`]: slices("js"), [`p${i}/README.md`]: slices("md") });
    }
  }

  it("draws the wanted slices, at most so many per file, with no file in both splits", async function () {
    writeCorpus(12);
    const { classes, train, heldOut } = await readTextCorpus(options());
    expect(classes).to.deep.equal(["script", "markdown"]);
    for (const label of [0, 1]) {
      expect(train.filter((slice) => slice.label === label)).to.have.length(12);
      expect(heldOut.filter((slice) => slice.label === label)).to.have.length(4);
    }
    const trainFiles = train.map(({ path }) => path);
    expect(heldOut.some(({ path }) => trainFiles.includes(path))).to.equal(false);
    for (const path of trainFiles) expect(trainFiles.filter((other) => other === path).length).to.be.at.most(2);
    for (const { path, label } of [...train, ...heldOut]) expect(path.endsWith(".js")).to.equal(label === 0);
  });

  it("takes one slice of every file before a second of any", async function () {
    writeCorpus(12);
    const { train } = await readTextCorpus(options({ trainPerClass: 9 }));
    const files = train.filter(({ label }) => label === 0).map(({ path }) => path);
    expect(new Set(files).size).to.equal(9);
  });

  it("gives what there is when a class has few files", async function () {
    writeCorpus(3);
    const { train, heldOut } = await readTextCorpus(options());
    expect(train.filter(({ label }) => label === 0)).to.have.length(4);
    expect(heldOut.filter(({ label }) => label === 0)).to.have.length(2);
  });

  it("never takes the same text twice, in whichever split or class", async function () {
    writeCorpus(12);
    for (let i = 0; i < 4; i++) {
      writeFiles(folder(), { [`copy${i}/a.js`]: "the same licence", [`copy${i}/a.md`]: "the same licence" });
    }
    const { train, heldOut } = await readTextCorpus(options());
    const texts = [...train, ...heldOut].map(({ text }) => text);
    expect(new Set(texts).size).to.equal(texts.length);
    expect(texts).to.include("the same licence");
  });

  it("depends on the files and the seed only", async function () {
    writeCorpus(12);
    const first = await readTextCorpus(options());
    expect(await readTextCorpus(options())).to.deep.equal(first);
    expect(await readTextCorpus(options({ seed: "other" }))).to.not.deep.equal(first);
  });

  it("fails with DATA_EMPTY naming the class that has no slices for a split", async function () {
    writeFiles(folder(), { "a.js": "one file only", "a.md": "alpha text", "b.md": "beta text" });
    await expectCorexError(
      () => readTextCorpus(options()),
      "DATA_EMPTY",
      `class script has no slice for one of the splits: 1 usable files below ${folder()}`,
      "after-change",
    );
  });

  it("yields a dataset whose source entry names no folder of this machine", async function () {
    writeCorpus(12);
    const { source, featureNames, train } = await textDataset(options());
    expect(JSON.stringify(source)).to.not.include(folder());
    expect(source).to.include({ kind: "text", splitSeed: "test", sliceBytes: 16 }).and.to.have.property("sha256");
    expect(train[0]?.features).to.have.length(featureNames.length);
  });
});
