import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { canonicalJson } from "../../../packages/sdk/src/store/canonical-json.ts";
import { contentIdOf } from "../../../packages/sdk/src/store/content-id.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { canonicalLie } from "../../../packages/sdk/src/work/canonical-lie.ts";
import { check } from "../../../packages/sdk/src/work/check.ts";
import { checkFragment } from "../../../packages/sdk/src/work/check-fragment.ts";
import { declaredWork } from "../../../packages/sdk/src/work/declared-work.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import { executeFragment } from "../../../packages/sdk/src/work/execute-fragment.ts";
import { writeItems } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import { putWorkManifest } from "../../../packages/sdk/src/work/work-manifest.ts";
import { putWorkSpec } from "../../../packages/sdk/src/work/work-spec.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { sampleContext, sampleItems, sampleWorks, type SampleWork } from "./support/sample-work.ts";

interface Executed extends SampleWork {
  readonly result: Uint8Array;
}

/** Digests of the results of fragment 3, node 7, salt 0x0101...: whoever computes them gets these. */
const GOLDEN: Readonly<Record<string, string>> = {
  "features, characters": "bafkreih2cfiqo5lxlbnpvl7yaah4vwrdy5zvilbcmuljiebbjyh67grdxy",
  "features, distances": "bafkreigfbjvsdcb5xozmxda3zic72hcqtfkyadphv3uxat76krtlpb67xe",
  "features, hash": "bafkreihlzq5d5jnxc5naoftyodaknkesf4av4lgwv7eftu3znlas6zixei",
  "features, normalise": "bafkreih25crsqmjvxtjb3g7nhoklvxt2ogduhoypsg3uk3n4p43dntwuuu",
  "features, product": "bafkreibxqvtrx4urnjpqfc3z7uoe6oszq5lt7cc2sl2gqcncg3nsmhba2i",
  "inference, linear": "bafkreiboruwmsq3ylwnptwawloij64wuop4bgsz2iyczvsfqsrblvmqikq",
  "inference, one against the rest": "bafkreif3vgi5vnk3y33db24bwnlqfmwl7sxaiqxwr3ffhv3j7xkn4oxtgy",
  "inference, one output": "bafkreibtqqorpy3yprduubnjwgcyzxjfrrosurxpo2g7bwir2u37zwtcwe",
  "inference, perceptron": "bafkreifsyk23r267spc47ofqdzunodopk7f7vd7h4zp2paauh2bttk3yxy",
  labelling: "bafkreid5swlzlim6ttgj53nqe77pus6hdaddjocfwevx5adbpwdiptmq3u",
  preprocessing: "bafkreial5k5ot7bbqqc2t6n2lxn6ytxx2hyvuj45mujhapf4cp55jfnsvu",
};

/** Units by the formulas of docs/work.md, by hand. */
const UNITS: Readonly<Record<string, number>> = {
  "inference, linear": 6 * 4 * 3,
  "inference, one against the rest": 6 * 4 * 3,
  "inference, one output": 6 * 4,
  "inference, perceptron": 6 * (4 * 5 + 5 * 3),
  labelling: 4 * (3 * (23 + 1) + 3 * (19 + 1) + 3 * (12 + 1) + 9),
  "features, hash": 2 * 23 + 2 * 19 + 12 + 5 + 5 * 8,
  "features, characters": 15 * (2 * 23 + 2 * 19 + 12 + 5 + 5),
  "features, product": 5 * 4 * 2,
  "features, normalise": 2 * 5 * 4,
  "features, distances": 5 * 5 * 4,
  preprocessing: 7 * 4 * 5,
  training: 3 * 4 * 96 * (4 * 4 + 5 * 2),
};

// check
// ├── when the result is honest
// │   ├── it accepts
// │   └── given a kind without floating point, its bytes are the golden ones
// ├── when the result is the canonical lie
// │   └── it rejects
// ├── when bytes of the result are changed
// │   ├── it never throws
// │   └── given an exact kind, it rejects
// ├── when the result is hostile
// │   └── it rejects and says why
// ├── when spec, input or parameters cannot be had or used
// │   └── it abstains
// └── when the kind is not that of the spec
//     └── it throws WORK_KIND_MISMATCH
describe("work.check", function () {
  let folder: string;
  let store: DirectoryStore;
  let works: Executed[];

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "corex-work-"));
    store = new DirectoryStore(folder);
    works = [];
    for (const work of await sampleWorks(store)) {
      works.push({ ...work, result: await execute(work.kind, work.spec, work.input, sampleContext(store)) });
    }
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const find = (name: string): Executed => {
    const work = works.find((candidate) => candidate.name === name);
    if (work === undefined) throw new Error(`no sample of ${name}`);
    return work;
  };
  const checked = ({ kind, spec, input, result }: Executed, bytes = result) =>
    check(kind, spec, input, bytes, sampleContext(store));
  const isExact = ({ kind }: SampleWork): boolean => kind !== WORK_KIND.labelling && kind !== WORK_KIND.training;

  describe("when the result is honest", function () {
    it("accepts every kind", async function () {
      for (const work of works) {
        const verdict = await checked(work);
        expect(verdict.vote, `${work.name}: ${verdict.reason}`).to.equal("accept");
      }
    });

    it("has the golden bytes, on every machine", function () {
      const digests = works
        .filter(({ kind }) => kind !== WORK_KIND.training)
        .map(({ name, result }) => [name, contentIdOf(result)]);
      expect(Object.fromEntries(digests)).to.deep.equal(GOLDEN);
    });

    it("accepts exact work of any seed", async function () {
      for (const seed of ["1", "2", "3", "4", "5"]) {
        for (const work of (await sampleWorks(store, seed)).filter((sample) => sample.kind !== WORK_KIND.training)) {
          const result = await execute(work.kind, work.spec, work.input, sampleContext(store));
          expect((await checked({ ...work, result })).vote, `${work.name} of seed ${seed}`).to.equal("accept");
          expect((await checked({ ...work, result }, canonicalLie(work.kind, result))).vote).to.equal("reject");
        }
      }
    });
  });

  describe("when the result is the canonical lie", function () {
    it("rejects every kind, and the lie is as well-formed as the truth", async function () {
      for (const work of works) {
        const lie = canonicalLie(work.kind, work.result);
        expect(Buffer.compare(lie, work.result), work.name).to.not.equal(0);
        const verdict = await checked(work, lie);
        expect(verdict.vote, work.name).to.equal("reject");
        expect(verdict.reason, work.name).to.not.match(/canonical|JSON|fields|bytes/);
        // A lie about a lie can be told: it has the form of a result.
        expect(canonicalLie(work.kind, lie)).to.be.instanceOf(Uint8Array);
      }
    });

    it("names the place of the first difference", async function () {
      const work = find("inference, linear");
      const { reason } = await checked(work, canonicalLie(work.kind, work.result));
      expect(reason).to.match(/^result\.logits\[5\]\[2\] is "-?[0-9]+", expected "-?[0-9]+"$/);
    });
  });

  describe("when bytes of the result are changed", function () {
    it("never throws, and accepts nothing else of an exact kind", async function () {
      const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
      for (const work of works) {
        const changed = fc.asyncProperty(changes, fc.nat(3), async (edits, cut) => {
          const bytes = Uint8Array.from(work.result).slice(0, work.result.length - (cut === 3 ? edits.length : 0));
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          const verdict = await checked(work, bytes);
          if (!isExact(work)) return verdict.vote !== "abstain";
          return (verdict.vote === "accept") === (Buffer.compare(bytes, work.result) === 0);
        });
        await fc.assert(changed, { numRuns: 60 });
      }
    });

    it("rejects arbitrary bytes", async function () {
      for (const work of works) {
        const arbitrary = fc.asyncProperty(
          fc.oneof(
            fc.uint8Array({ maxLength: 200 }),
            fc.json().map((text) => new TextEncoder().encode(text)),
          ),
          async (bytes) => (await checked(work, bytes)).vote === "reject",
        );
        await fc.assert(arbitrary, { numRuns: 30 });
      }
    });
  });

  describe("when the result is hostile", function () {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const hostile: [string, (honest: string) => Uint8Array, RegExp][] = [
      ["empty bytes", () => new Uint8Array(), /JSON|differ/],
      ["bytes above the limit of the spec", () => new Uint8Array(2 ** 16 + 1), /65537 bytes/],
      ["8 MiB of brackets", () => new Uint8Array(2 ** 23).fill(0x5b), /bytes/],
      ["deep nesting", () => encode("[".repeat(30_000) + "]".repeat(30_000)), /nested deeper than 16/],
      ["a number beyond doubles", (honest) => encode(honest.replace(/"fragment":3/, '"fragment":1e999')), /canonical/],
      ["a number that is none", (honest) => encode(honest.replace(/"fragment":3/, '"fragment":NaN')), /JSON/],
      ["a negative fragment", (honest) => encode(honest.replace(/"fragment":3/, '"fragment":-3')), /fragment/],
      ["white space", (honest) => encode(`${honest} `), /canonical/],
      ["a byte order mark", (honest) => encode(`\uFEFF${honest}`), /JSON/],
      ["bytes that are not UTF-8", () => Uint8Array.of(0x22, 0xff, 0x22), /JSON/],
      ["a key twice", (honest) => encode(honest.replace("{", '{"fragment":3,')), /canonical/],
      [
        "a key of prototypes",
        (honest) => encode(honest.replace("{", '{"__proto__":{"x":1},')),
        /canonical|__proto__|asks for/,
      ],
      ["a field more", (honest) => encode(honest.replace(/\}$/, ',"z":1}')), /asks for/],
      ["null", () => encode("null"), /null/],
      ["an array", () => encode("[]"), /array|another type/],
    ];
    for (const [what, make, reason] of hostile) {
      it(`rejects ${what}`, async function () {
        for (const work of works) {
          const verdict = await checked(work, make(new TextDecoder().decode(work.result)));
          expect(verdict.vote, work.name).to.equal("reject");
          expect(verdict.reason, work.name).to.match(reason);
          expect(verdict.reason.length, work.name).to.be.below(400);
        }
      });
    }

    it("rejects a document that lacks any of its fields, or has another type there", async function () {
      for (const work of works) {
        const document = JSON.parse(new TextDecoder().decode(work.result)) as Record<string, unknown>;
        for (const name of Object.keys(document)) {
          for (const value of [undefined, null, -1, "x", [], [[]], {}, true]) {
            const fields = { ...document, [name]: value };
            if (value === undefined) delete fields[name];
            const changed = canonicalJson(fields);
            expect((await checked(work, encode(changed))).vote, `${work.name}: ${name}`).to.equal("reject");
          }
        }
      }
    });

    it("refuses to lie about what is no result", async function () {
      for (const { kind } of works) {
        await expectCorexError(() => canonicalLie(kind, encode("{}")), "WORK_RESULT_INVALID", /kind is missing/);
      }
    });
  });

  describe("when something cannot be had or used", function () {
    it("abstains over an input that nobody can work on", async function () {
      for (const work of works.filter(({ kind }) => kind !== WORK_KIND.training)) {
        const verdict = await checked({ ...work, input: new TextEncoder().encode("{}") });
        expect(verdict.vote, work.name).to.equal("abstain");
        expect(verdict.reason, work.name).to.match(/^WORK_INPUT_INVALID: /);
      }
    });

    it("abstains over parameters that it cannot fetch, and says that fetching again may help", async function () {
      const empty = new DirectoryStore(join(folder, "empty"));
      for (const name of ["inference, linear", "features, product", "training"]) {
        const { kind, spec, input, result } = find(name);
        const verdict = await check(kind, spec, input, result, sampleContext(empty));
        expect([verdict.vote, verdict.retry], name).to.deep.equal(["abstain", "later"]);
        expect(verdict.reason, name).to.match(/^STORE_NOT_FOUND: /);
      }
    });

    it("abstains over a spec that no result can satisfy", async function () {
      const work = find("features, distances");
      const verdict = await checked({ ...work, spec: { ...work.spec, maxResultBytes: 90 } }, new Uint8Array(1));
      expect(verdict.vote).to.equal("abstain");
      expect(verdict.reason).to.match(/^WORK_RESULT_TOO_LARGE: /);
    });
  });

  describe("when the kind is not that of the spec", function () {
    it("throws WORK_KIND_MISMATCH or WORK_UNKNOWN_KIND", async function () {
      const { spec, input, result } = find("preprocessing");
      const call = (kind: number) => () => check(kind, spec, input, result, sampleContext(store));
      await expectCorexError(call(WORK_KIND.inference), "WORK_KIND_MISMATCH", /asks for preprocessing/);
      for (const kind of [-1, 5, 0.5]) await expectCorexError(call(kind), "WORK_UNKNOWN_KIND", /no kind of work/);
    });
  });

  describe("declaredWork", function () {
    it("is the formula of the kind", async function () {
      for (const { name, kind, spec, input } of works) {
        expect(await declaredWork(kind, spec, input, { store }), name).to.equal(UNITS[name]);
      }
    });

    it("is at most what the market allows", async function () {
      const { kind, spec } = find("labelling");
      const long = writeItems([{ id: "a", text: "a".repeat(2 ** 16), values: [] }]);
      const many = writeItems(sampleItems(16).map((item) => ({ ...item, text: "a".repeat(2 ** 16) })));
      expect(await declaredWork(kind, spec, long, { store })).to.equal(4 * (2 ** 16 + 1));
      expect(await declaredWork(kind, spec, many, { store })).to.equal(1_000_000);
    });
  });

  // checkFragment
  // ├── when everything is there
  // │   └── it says what check says
  // └── when manifest, spec, input or result is missing, or the fragment is not of the task
  //     └── it abstains
  describe("checkFragment", function () {
    it("fetches what check needs, for every kind", async function () {
      for (const { kind, spec, input } of works) {
        const manifest = await putWorkManifest(store, {
          spec: await putWorkSpec(store, spec),
          inputs: await Promise.all([0, 1, 2, 3].map(() => store.put(input))),
        });
        const context = sampleContext(store);
        const result = await executeFragment(kind, manifest, context);
        expect((await checkFragment(kind, manifest, result, context)).vote).to.equal("accept");
        const lie = await store.put(canonicalLie(kind, await store.get(result)));
        expect((await checkFragment(kind, manifest, lie, context)).vote).to.equal("reject");
      }
    });

    it("abstains over what is missing, and over a fragment or a kind that the task does not have", async function () {
      const { spec, input, result } = find("preprocessing");
      const kind = WORK_KIND.preprocessing;
      const missing = contentIdOf(new TextEncoder().encode("missing"));
      const [specId, inputId, resultId] = [
        await putWorkSpec(store, spec),
        await store.put(input),
        await store.put(result),
      ];
      const manifest = await putWorkManifest(store, { spec: specId, inputs: [inputId] });
      const without = async (part: { spec?: typeof specId; inputs?: (typeof specId)[] }) =>
        putWorkManifest(store, { spec: specId, inputs: [inputId], ...part });
      const context = sampleContext(store, { fragment: 0 });
      const cases: [Promise<unknown>, RegExp][] = [
        [checkFragment(kind, missing, resultId, context), /^STORE_NOT_FOUND/],
        [checkFragment(kind, await without({ spec: missing }), resultId, context), /^STORE_NOT_FOUND/],
        [checkFragment(kind, await without({ inputs: [missing] }), resultId, context), /^STORE_NOT_FOUND/],
        [checkFragment(kind, manifest, missing, context), /^STORE_NOT_FOUND/],
        [checkFragment(kind, manifest, resultId, sampleContext(store, { fragment: 1 })), /^WORK_UNKNOWN_FRAGMENT/],
        [checkFragment(kind, manifest, resultId, sampleContext(store, { fragment: -1 })), /^WORK_UNKNOWN_FRAGMENT/],
        [checkFragment(WORK_KIND.features, manifest, resultId, context), /^WORK_SPEC_INVALID/],
        [checkFragment(kind, specId, resultId, context), /^WORK_MANIFEST_INVALID/],
      ];
      for (const [verdict, reason] of cases) {
        expect(await verdict).to.include({ vote: "abstain" });
        expect(await verdict)
          .to.have.property("reason")
          .that.matches(reason);
      }
    });
  });
});
