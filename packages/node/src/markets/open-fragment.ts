import type { Logger } from "pino";

import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import type { Prover } from "@corex/sdk/proof/prover";
import type { ContentStore } from "@corex/sdk/store/content-store";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { FragmentSubmission, StepSubmission } from "../journal/submission-json.ts";
import type { RoundLibrary } from "../weights/round-library.ts";
import type { TaskLibrary } from "../weights/task-library.ts";

/** What a node works with. */
export interface Tools {
  readonly tasks: TaskLibrary;
  readonly rounds: RoundLibrary;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called when the work is computed and its opening is stored, before the proof is made. */
  readonly onComputed: (head: bigint, loss?: bigint) => void;
}

/** Submissions of different chains of one task, sent in one transaction. */
export interface Batcher {
  /** All or none. @throws CorexError as the submission of one. */
  submit(submissions: readonly StepSubmission[]): Promise<readonly SettledFragment[]>;
  /** Which of them, by their place, have a proof that does not hold. @throws CorexError CHAIN_*. */
  findInvalid(submissions: readonly StepSubmission[]): Promise<readonly number[]>;
}

/** A fragment that is open on chain, and what can be done with it: the same in every market. */
export interface OpenFragment {
  readonly key: FragmentKey;
  readonly status: TaskStatusName;
  readonly cursor: ChainCursor;
  /** Seconds that a node has for it. */
  readonly duration: number;
  /** Names it for people: chain and step, or kind, lane and round, or kind and number. */
  readonly label: Readonly<Record<string, string | number>>;
  /** Submits it together with others of the same task; undefined where the market takes only one at a time. */
  readonly batcher: Batcher | undefined;

  /** Lowest tier in a draw that is requested `waited` seconds after the fragment was opened. */
  openTier(waited: number): number;
  /** The node that `assign` would draw now; zero when it would only request new entropy. @throws CorexError CHAIN_*. */
  preview(): Promise<bigint>;
  assign(): Promise<bigint>;
  reassign(): Promise<void>;
  giveBack(): Promise<void>;
  /** Fetches, checks, computes, stores what it ends with, and proves where there is a circuit. Errors: see the parts. */
  prove(tools: Tools): Promise<FragmentSubmission>;
  /** Whether a submission starts from what the chain has now; the proof of another one is worthless. */
  accepts(submission: FragmentSubmission): Promise<boolean>;
  /** Returns what it earned; undefined where a review comes first. @throws CorexError CHAIN_*. */
  submit(submission: FragmentSubmission): Promise<SettledFragment | undefined>;
}
