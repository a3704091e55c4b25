import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JsonReader } from "../../../packages/sdk/src/data/json-reader.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { check } from "../../../packages/sdk/src/work/check.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import { compileLabelRule, type LabelRule, parseLabelRule } from "../../../packages/sdk/src/work/label-rule.ts";
import { readLabels, writeLabels } from "../../../packages/sdk/src/work/labels-document.ts";
import type { Verdict } from "../../../packages/sdk/src/work/verdict.ts";
import type { WorkContext } from "../../../packages/sdk/src/work/work-context.ts";
import { type WorkItem, writeItems } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import type { LabellingSpec } from "../../../packages/sdk/src/work/work-spec.ts";
import { caught } from "../math/support/caught.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { CLASSES, SAMPLE_RULE, sampleContext, sampleItems } from "./support/sample-work.ts";

const SALT = `0x${"01".repeat(32)}`;
const OTHER_SALT = `0x${"02".repeat(32)}`;
/** Labels of the sample items by the sample rule. */
const LABELS = [0, 1, 2, 0, 1, 2, 0, 1, 2];

const item = (text: string, ...values: number[]): WorkItem => ({ id: "x", text, values });
const ruleWith = (...clauses: LabelRule["clauses"]): LabelRule => ({ clauses, minScore: 2, otherwise: -1 });

// compileLabelRule
// ├── it adds the weights of the clauses that hold and takes the first class with the largest score
// └── when no class reaches the score
//     └── it says what the rule says otherwise
describe("work.compileLabelRule", function () {
  const keyword = (words: string[], ignoreCase = false) => ({ type: "keyword", words, ignoreCase }) as const;

  it("labels the sample items", function () {
    expect(sampleItems(9).map(compileLabelRule(SAMPLE_RULE).labelOf)).to.deep.equal(LABELS);
  });

  it("adds weights, negative ones too, and breaks ties towards the first class", function () {
    const rule = compileLabelRule(
      ruleWith(
        { label: 2, weight: 2, when: keyword(["a"]) },
        { label: 1, weight: 1, when: keyword(["b"]) },
        { label: 1, weight: 1, when: keyword(["c", "d"]) },
        { label: 2, weight: -1, when: keyword(["e"]) },
      ),
    );
    expect(rule.labelOf(item("a"))).to.equal(2);
    expect(rule.labelOf(item("a b d"))).to.equal(1);
    expect(rule.labelOf(item("a e"))).to.equal(-1);
    expect(rule.labelOf(item("b"))).to.equal(-1);
  });

  it("holds values in [min, max), and never a value that is missing", function () {
    const rule = compileLabelRule(ruleWith({ label: 0, weight: 2, when: { type: "value", index: 1, min: 1, max: 2 } }));
    const labels = [item("", 9, 1), item("", 9, 1.99), item("", 9, 2), item("", 9, 0.99), item("", 9), item("")];
    expect(labels.map(rule.labelOf)).to.deep.equal([0, 0, -1, -1, -1, -1]);
  });

  it("reads character statistics, which an empty text does not have", function () {
    const when = { type: "character", index: 4, min: 0, max: 1000 } as const;
    const rule = compileLabelRule(ruleWith({ label: 0, weight: 2, when }));
    expect([item("a1"), item("")].map(rule.labelOf)).to.deep.equal([0, -1]);
  });

  it("ignores the case of A to Z alone", function () {
    const rule = compileLabelRule(ruleWith({ label: 0, weight: 2, when: keyword(["kelvin", "É"], true) }));
    expect([item("KELVIN"), item("É"), item("é"), item("\u212Aelvin")].map(rule.labelOf)).to.deep.equal([0, 0, -1, -1]);
  });
});

describe("work.parseLabelRule", function () {
  const parse = (change: object): unknown =>
    parseLabelRule(new JsonReader({ ...SAMPLE_RULE, ...change }, "WORK_SPEC_INVALID", "rule"), 3);
  const when = { type: "keyword", words: ["a"], ignoreCase: true };

  it("gives the rule back", function () {
    expect(parse({})).to.deep.equal(SAMPLE_RULE);
  });

  const wrong: [string, object, RegExp][] = [
    ["no clauses", { clauses: [] }, /1 to 64 elements/],
    ["65 clauses", { clauses: Array(65).fill({ label: 0, weight: 1, when }) }, /1 to 64 elements/],
    ["an unknown class", { clauses: [{ label: 3, weight: 1, when }] }, /label is 3/],
    ["a fraction of a weight", { clauses: [{ label: 0, weight: 0.5, when }] }, /weight is 0\.5/],
    ["a score of zero", { minScore: 0 }, /minScore is 0/],
    ["an unknown class otherwise", { otherwise: 3 }, /otherwise is 3/],
    ["another condition", { clauses: [{ label: 0, weight: 1, when: { type: "eval" } }] }, /type is "eval"/],
    ["an empty word", { clauses: [{ label: 0, weight: 1, when: { ...when, words: [""] } }] }, /a word/],
    [
      "a case that is no flag",
      { clauses: [{ label: 0, weight: 1, when: { ...when, ignoreCase: 1 } }] },
      /true or false/,
    ],
    [
      "a sixteenth character statistic",
      { clauses: [{ label: 0, weight: 1, when: { type: "character", index: 15, min: 0, max: 1 } }] },
      /index is 15/,
    ],
  ];
  for (const [what, change, message] of wrong) {
    it(`refuses ${what}`, function () {
      const error = caught(() => parse(change));
      expect(error.code).to.equal("WORK_SPEC_INVALID");
      expect(error.message).to.match(message);
    });
  }

  it("refuses a pattern that is not safe", function () {
    const clauses = [{ label: 0, weight: 1, when: { type: "pattern", pattern: "(?:a+)+", ignoreCase: false } }];
    expect(caught(() => parse({ clauses })).code).to.equal("WORK_PATTERN_UNSAFE");
  });
});

// execute
// ├── when a file of labels is given, its labels win; else the rule of one's own, else that of the spec
// ├── when there is none of them, it throws WORK_NO_LABELS
// └── when the file does not fit, it throws WORK_LABELS_INVALID
// check
// ├── when node, fragment, classes or count are not those of the fragment, it rejects
// ├── when the salt is that of the sibling, it rejects; when the sibling came later, it ignores the sibling
// ├── when the score reaches the minimum, it accepts with it, else it rejects with it
// └── when there is nothing to compare with, it abstains
describe("work.labelling", function () {
  let folder: string;
  let store: DirectoryStore;
  const base = { work: "labelling", maxResultBytes: 4096, classes: CLASSES, minScore: 50 } as const;
  const withRule: LabellingSpec = { ...base, rule: SAMPLE_RULE };
  const input = writeItems(sampleItems(9));
  const document = { node: 7, fragment: 3, salt: SALT, classes: 3, labels: LABELS };

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-labelling-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const labelled = async (spec: LabellingSpec, changes: Partial<WorkContext>) =>
    readLabels(await execute(WORK_KIND.labelling, spec, input, sampleContext(store, changes)), 4096);
  const checked = (
    change: Partial<typeof document>,
    context: Partial<WorkContext> = {},
    spec: LabellingSpec = withRule,
  ): Promise<Verdict> =>
    check(WORK_KIND.labelling, spec, input, writeLabels({ ...document, ...change }), sampleContext(store, context));
  const sibling = (change: Partial<typeof document>): Uint8Array =>
    writeLabels({ ...document, node: 8, salt: OTHER_SALT, ...change });

  describe("execute", function () {
    const file = Buffer.from("id,note,label\nitem-1,hi,table\nother,,code\nitem-0,,prose\n");

    it("labels by the rule of the spec, and names its node behind a salt", async function () {
      expect(await labelled(withRule, {})).to.deep.equal(document);
    });

    it("labels by the file of people, by id, and leaves the others without a label", async function () {
      const { labels } = await labelled(withRule, { labelsFile: file });
      expect(labels).to.deep.equal([1, 2, -1, -1, -1, -1, -1, -1, -1]);
    });

    it("labels by a rule of one's own before that of the spec", async function () {
      const always = { ...SAMPLE_RULE, minScore: 1000, otherwise: 2 };
      expect((await labelled(withRule, { referenceRule: always })).labels).to.deep.equal(LABELS.map(() => 2));
      expect((await labelled(base, { referenceRule: SAMPLE_RULE })).labels).to.deep.equal(LABELS);
    });

    it("refuses to label by nothing", async function () {
      await expectCorexError(() => labelled(base, {}), "WORK_NO_LABELS", /neither a file of labels nor a rule/);
    });

    const wrong: [string, string, string, RegExp][] = [
      ["a class that the spec does not have", "id,label\nitem-0,poem\n", "WORK_LABELS_INVALID", /line 2 .*"poem"/],
      ["an item twice", "id,label\na,code\na,code\n", "WORK_LABELS_INVALID", /line 3 labels "a" again/],
      ["no column of labels", "id,class\na,code\n", "WORK_LABELS_INVALID", /columns "id" and "label"/],
      ["no line", "id,label\n", "DATA_EMPTY", /no record/],
    ];
    for (const [what, text, code, message] of wrong) {
      it(`refuses a file with ${what}`, async function () {
        await expectCorexError(() => labelled(base, { labelsFile: Buffer.from(text) }), code, message);
      });
    }

    it("refuses patterns that could take too long on the items together", async function () {
      const pattern = { type: "pattern", pattern: "a*a*b", ignoreCase: false } as const;
      const clauses = Array.from({ length: 64 }, () => ({ label: 0, weight: 1, when: pattern }));
      const spec = { ...base, rule: { ...SAMPLE_RULE, clauses } };
      const long = writeItems(sampleItems(9).map((sample) => ({ ...sample, text: "a".repeat(2000) })));
      const run = () => execute(WORK_KIND.labelling, spec, long, sampleContext(store));
      await expectCorexError(run, "WORK_TOO_LARGE", /patterns may take [0-9]+ steps/);
    });
  });

  describe("check", function () {
    it("accepts with a score, with and without a sibling", async function () {
      expect(await checked({})).to.include({ vote: "accept", score: 100 });
      const one = sibling({ labels: LABELS.map((label, i) => (i === 0 ? 1 : label)) });
      // plain 8/9, kappa (72 - 27) / (81 - 27): 74; with the reference (2 x 74 + 100) / 3 = 82
      expect(await checked({}, { siblingResult: one })).to.include({ vote: "accept", score: 82 });
    });

    it("rejects below the score of the spec", async function () {
      const shifted = LABELS.map((label) => (label + 1) % 3);
      expect(await checked({ labels: shifted })).to.include({ vote: "reject", score: 0 });
      expect(await checked({}, {}, { ...withRule, minScore: 100 })).to.include({ vote: "accept" });
      const few = LABELS.map((label, i) => (i < 3 ? label : -1));
      expect(await checked({ labels: few })).to.include({ vote: "reject", score: 33 });
    });

    it("scores by the sibling alone where there is no rule, and abstains without both", async function () {
      expect(await checked({}, { siblingResult: sibling({}) }, base)).to.include({ vote: "accept", score: 100 });
      expect(await checked({}, {}, base)).to.include({ vote: "abstain", retry: "later" });
      expect(await checked({ labels: LABELS.map(() => -1) }, {}, base)).to.include({ vote: "reject", score: 0 });
    });

    const copies: [string, Partial<typeof document>, Partial<WorkContext>, RegExp][] = [
      ["names another node", { node: 8 }, {}, /name node 8, node 7 submitted them: copied/],
      ["is of another fragment", { fragment: 4 }, {}, /fragment is 4, expected 3/],
      ["is of another number of classes", { classes: 4 }, {}, /classes is 4, expected 3/],
      ["has a label less", { labels: LABELS.slice(1) }, {}, /number of labels is 8, expected 9/],
    ];
    for (const [what, change, context, reason] of copies) {
      it(`rejects a document that ${what}`, async function () {
        const verdict = await checked(change, context);
        expect(verdict.vote).to.equal("reject");
        expect(verdict.reason).to.match(reason);
      });
    }

    it("rejects the salt of the sibling, and the sibling's document itself", async function () {
      const siblingResult = sibling({ salt: SALT });
      const verdict = await checked({}, { siblingResult });
      expect([verdict.vote, verdict.reason]).to.deep.equal(["reject", "the salt is that of node 8: copied"]);
      const context = sampleContext(store, { siblingResult });
      expect((await check(WORK_KIND.labelling, withRule, input, siblingResult, context)).vote).to.equal("reject");
    });

    it("ignores a sibling that copied the document later, for and against it", async function () {
      const context = { siblingResult: sibling({ salt: SALT }), siblingIsLater: true };
      expect(await checked({}, context)).to.include({ vote: "accept", score: 100 });
      expect(await checked({}, context, base)).to.include({ vote: "abstain" });
      const honest = { siblingResult: sibling({}), siblingIsLater: true };
      expect(await checked({}, honest, base)).to.include({ vote: "accept", score: 100 });
    });

    it("ignores a sibling that is malformed, of another fragment or of the node itself", async function () {
      const shifted = LABELS.map((label) => (label + 1) % 3);
      for (const siblingResult of [
        new TextEncoder().encode("{}"),
        sibling({ fragment: 4, labels: shifted }),
        sibling({ node: 7, labels: shifted }),
        sibling({ labels: shifted.slice(1) }),
      ]) {
        expect(await checked({}, { siblingResult })).to.include({ vote: "accept", score: 100 });
      }
    });

    it("compares with the rule of one's own when there is one", async function () {
      const contrary = { ...SAMPLE_RULE, minScore: 1000, otherwise: 2 };
      expect(await checked({}, { referenceRule: contrary })).to.include({ vote: "reject", score: 0 });
    });

    it("says the same twice", async function () {
      const context = { siblingResult: sibling({ labels: LABELS.map((label, i) => (i % 2 === 0 ? 1 : label)) }) };
      expect(await checked({}, context)).to.deep.equal(await checked({}, context));
    });
  });
});
