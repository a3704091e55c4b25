import { CorexError } from "../errors.ts";
import { labelsFromFile } from "./label-file.ts";
import { compileLabelRule, type LabelRule, labelUnits, patternEffort } from "./label-rule.ts";
import { type Labels, type LabelScore, scoreLabels } from "./label-score.ts";
import { type LabelsDocument, readLabels, readLabelsOf, writeLabels } from "./labels-document.ts";
import { MAX_RESULT_BYTES, requireAffordable, requireResultSize } from "./limits.ts";
import { abstain, abstainOver, accept, reject, type Verdict } from "./verdict.ts";
import type { WorkContext } from "./work-context.ts";
import { forKind, type WorkExecutor } from "./work-executor.ts";
import { readItems, type WorkItem } from "./work-input.ts";
import type { LabellingSpec } from "./work-spec.ts";

const SALT_BYTES = 32;
/** Steps that all patterns of a rule may take on a fragment in the worst case: about five seconds. */
const MAX_PATTERN_EFFORT = 2 ** 34;

/**
 * Labels items, by people (`labelsFile`) or by a rule, and scores the labels of others. Units: characters of the items,
 * each plus one, times the clauses of the spec's rule, or times one without it.
 */
export const LABELLING: WorkExecutor = forKind("labelling", {
  // Async although nothing waits: what is thrown becomes a rejection, as with the other kinds.
  // eslint-disable-next-line @typescript-eslint/require-await
  async execute(spec, input, context) {
    const items = readItems(input);
    requireAffordable("labelling", unitsOf(spec, items));
    const labels = labelsOf(spec, items, context);
    if (labels === undefined) {
      throw new CorexError("WORK_NO_LABELS", "the spec has no rule, and neither a file of labels nor a rule is given", {
        retry: "after-change",
      });
    }
    const { node, fragment } = context;
    const salt = `0x${Buffer.from(context.random(SALT_BYTES)).toString("hex")}`;
    const result = writeLabels({ node, fragment, salt, classes: spec.classes.length, labels });
    requireResultSize(result, spec);
    return result;
  },

  check: (spec, input, result, context) => Promise.resolve(checkLabels(spec, input, result, context)),

  // Every label becomes the next class: nothing agrees any more, with whatever it is compared.
  lie(result) {
    const document = readLabels(result, MAX_RESULT_BYTES);
    const { classes, labels } = document;
    return writeLabels({ ...document, labels: labels.map((label) => (label < 0 ? label : (label + 1) % classes)) });
  },

  units: (spec, input) => Promise.resolve(unitsOf(spec, readItems(input))),
});

function unitsOf({ rule }: LabellingSpec, items: readonly WorkItem[]): number {
  return labelUnits(rule?.clauses.length ?? 1, items);
}

function labelsOf(spec: LabellingSpec, items: readonly WorkItem[], context: WorkContext): Labels | undefined {
  if (context.labelsFile !== undefined) return labelsFromFile(context.labelsFile, items, spec.classes);
  return referenceLabels(spec, items, context);
}

function referenceLabels(spec: LabellingSpec, items: readonly WorkItem[], context: WorkContext): Labels | undefined {
  const rule = context.referenceRule ?? spec.rule;
  return rule === undefined ? undefined : applyRule(rule, items);
}

/** @throws CorexError WORK_TOO_LARGE when the patterns could take too long. */
function applyRule(rule: LabelRule, items: readonly WorkItem[]): Labels {
  const compiled = compileLabelRule(rule);
  const effort = patternEffort(compiled, items);
  if (effort > MAX_PATTERN_EFFORT) {
    throw new CorexError("WORK_TOO_LARGE", `patterns may take ${effort} steps, at most ${MAX_PATTERN_EFFORT}`, {
      retry: "after-change",
    });
  }
  return items.map((item) => compiled.labelOf(item));
}

function checkLabels(spec: LabellingSpec, input: Uint8Array, result: Uint8Array, context: WorkContext): Verdict {
  let items: WorkItem[];
  let reference: Labels | undefined;
  try {
    items = readItems(input);
    requireAffordable("labelling", unitsOf(spec, items));
    reference = referenceLabels(spec, items, context);
  } catch (error) {
    return abstainOver(error);
  }
  const read = (bytes: Uint8Array): LabelsDocument | string => readOrProblem(bytes, spec, items, context);
  const document = read(result);
  if (typeof document === "string") return reject(document);
  if (document.node !== context.node) {
    return reject(`the labels name node ${document.node}, node ${context.node} submitted them: copied`);
  }
  const sibling = context.siblingResult === undefined ? undefined : read(context.siblingResult);
  // A sibling that is malformed, or of the same node, says nothing about this document.
  const other = typeof sibling === "object" && sibling.node !== context.node ? sibling : undefined;
  const isSame = other?.salt === document.salt;
  if (isSame && context.siblingIsLater !== true) return reject(`the salt is that of node ${other.node}: copied`);
  // Nor does a copy of it: otherwise a node could ruin another one, or vouch for it, by copying.
  const labels = isSame ? undefined : other?.labels;
  return verdictOf(scoreLabels(document.labels, labels, reference), spec);
}

function verdictOf(parts: LabelScore, { minScore }: LabellingSpec): Verdict {
  const { score, coverage, sibling = "none", reference = "none" } = parts;
  const made = `coverage ${coverage}, agreement with the sibling ${sibling}, with the reference ${reference}`;
  if (score === undefined) return abstain(`there is nothing to compare the labels with: ${made}`, "later");
  return score >= minScore
    ? accept(`score ${score} of at least ${minScore}: ${made}`, score)
    : reject(`score ${score} is below ${minScore}: ${made}`, score);
}

function readOrProblem(
  bytes: Uint8Array,
  { classes, maxResultBytes }: LabellingSpec,
  items: readonly WorkItem[],
  { fragment }: WorkContext,
): LabelsDocument | string {
  try {
    return readLabelsOf(bytes, { items: items.length, classes: classes.length, fragment, maxBytes: maxResultBytes });
  } catch (error) {
    if (error instanceof CorexError) return error.message;
    throw error;
  }
}
