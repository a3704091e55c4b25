import type { LabelledRows } from "@corex/sdk/data/dataset";
import type { ContentId } from "@corex/sdk/store/content-id";

import type { Stage } from "../scenes.ts";
import type { Script } from "./conduct.ts";

/** What the scenes about work without a circuit share. */
export interface WorkStage extends Stage {
  /** Artifact of the model that the network trained while it earned. */
  readonly model: ContentId;
  /** Samples that no training saw, in the format of that model. */
  readonly heldOut: LabelledRows;
  /** Accounts of the jurors. */
  readonly jurors: readonly string[];
  /** Tells the actors how to behave from now on. */
  readonly direct: (script: Script) => void;
  /** A number that no task had. */
  readonly nextNonce: () => bigint;
}
