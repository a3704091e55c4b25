import { CorexError } from "../errors.ts";
import { FEATURES } from "./features.ts";
import { INFERENCE } from "./inference.ts";
import { LABELLING } from "./labelling.ts";
import { PREPROCESSING } from "./preprocessing.ts";
import { TRAINING } from "./training.ts";
import type { WorkExecutor } from "./work-executor.ts";
import { WORK_NAMES, type WorkName } from "./work-kind.ts";

const EXECUTORS: Readonly<Record<WorkName, WorkExecutor>> = {
  inference: INFERENCE,
  labelling: LABELLING,
  features: FEATURES,
  preprocessing: PREPROCESSING,
  training: TRAINING,
};

/** Both sides of a kind of work, by its number on the market. @throws CorexError WORK_UNKNOWN_KIND. */
export function executorOf(kind: number): WorkExecutor {
  const name = WORK_NAMES[kind];
  if (name !== undefined) return EXECUTORS[name];
  throw new CorexError("WORK_UNKNOWN_KIND", `${kind} is no kind of work, expected 0 to ${WORK_NAMES.length - 1}`);
}
