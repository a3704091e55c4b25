import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { defaultCorpus } from "@corex/sdk/data/default-corpus";
import { readTextCorpus, type TextSlice } from "@corex/sdk/data/text-corpus";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import type { LabelClause, LabelRule } from "@corex/sdk/work/label-rule";
import { readLabels } from "@corex/sdk/work/labels-document";
import { writeItems } from "@corex/sdk/work/work-input";
import type { WorkSpec } from "@corex/sdk/work/work-spec";
import { join } from "node:path";

import { equal, type Check } from "../checks.ts";
import { percent, print } from "../print.ts";
import { approveAll, finalResult, waitForEnd } from "./follow-work.ts";
import { publishWork } from "./publish-work.ts";
import type { WorkStage } from "./work-stage.ts";

const INPUTS = 2;
const ITEMS_EACH = 24;
const MAX_RESULT_BYTES = 1 << 16;

/** Words that give a language away; weak, as rules are. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  solidity: ["pragma solidity", "function ", "uint256", "contract ", "emit ", "mapping("],
  script: ["const ", "=> ", "export ", "require(", "import ", "return "],
  circom: ["signal ", "template ", "<==", "component "],
  markdown: ["## ", "```", "](http", "* "],
};

/** Two nodes label each slice of source text independently; verifiers score both, and the scores are their pay. */
export async function labellingScene(stage: WorkStage): Promise<Check[]> {
  const { store } = stage.context;
  print(`\nLabelling: ${INPUTS * ITEMS_EACH} slices of source text, each labelled by two nodes of different owners.`);
  const { classes, heldOut } = await readTextCorpus(defaultCorpus(join(repositoryRoot(), "node_modules")));
  const slices = takeTurns(heldOut, classes.length).slice(0, INPUTS * ITEMS_EACH);
  const spec: WorkSpec = {
    ...{ work: "labelling", classes, minScore: 60, maxResultBytes: MAX_RESULT_BYTES },
    rule: ruleOf(classes),
  };
  const shards = Array.from({ length: INPUTS }, (_, index) =>
    slices.slice(index * ITEMS_EACH, (index + 1) * ITEMS_EACH),
  );
  const inputs = shards.map((shard, index) =>
    writeItems(shard.map(({ text }, item) => ({ id: `${index}-${item}`, text, values: [] }))),
  );
  const work = await publishWork(stage, { kind: "labelling", spec, inputs, nonce: stage.nextNonce() });
  const judged = await approveAll(stage, work);
  await waitForEnd(stage, work);

  const checks: Check[] = [];
  let right = 0;
  for (const { fragment, node, review } of judged) {
    const { result } = await finalResult(stage, work, fragment);
    const { labels, node: author } = readLabels(await store.get(bytes32ToContentId(result)), MAX_RESULT_BYTES);
    const shard = shards[fragment >> 1] ?? [];
    if (fragment % 2 === 0) right += shard.filter(({ label }, item) => labels[item] === label).length;
    checks.push(equal(`labelling ${fragment}: the document names the node that was paid`, author, node));
    checks.push(
      equal(
        `labelling ${fragment}: always judged, with a score above the bar`,
        review.audited && review.score >= 60,
        true,
      ),
    );
  }
  for (let input = 0; input < INPUTS; input += 1) {
    const [first, second] = [judged[2 * input], judged[2 * input + 1]];
    checks.push(equal(`labelling: input ${input} was labelled by two nodes`, first?.node !== second?.node, true));
  }
  print(`  weak labels that are right: ${percent(right / slices.length).trim()}; one class in four by chance`);
  return checks;
}

function ruleOf(classes: readonly string[]): LabelRule {
  const clauses = classes.flatMap((name, label): LabelClause[] =>
    (WORDS[name] ?? []).map((word) => ({
      label,
      weight: 1,
      when: { type: "keyword", words: [word], ignoreCase: false },
    })),
  );
  return { clauses, minScore: 1, otherwise: 1 };
}

/** Slices such that classes take turns. */
function takeTurns(slices: readonly TextSlice[], classes: number): TextSlice[] {
  const queues = Array.from({ length: classes }, (_, label) => slices.filter((slice) => slice.label === label));
  const longest = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}
