import { randomBytes } from "node:crypto";

import type { SigningKey } from "ethers";

import { assignWorkFragment, previewWorkAssignment } from "@corex/sdk/actions/assign-work-fragment";
import type { ActionContext } from "@corex/sdk/actions/execute";
import type { ChainCursor } from "@corex/sdk/actions/read-cursor";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import { reassignWorkFragment } from "@corex/sdk/actions/reassign-work-fragment";
import { refuseWorkFragment } from "@corex/sdk/actions/refuse-work-fragment";
import { submitProvedWork } from "@corex/sdk/actions/submit-proved-work";
import type { SettledFragment } from "@corex/sdk/actions/submit-fragment";
import { submitWork } from "@corex/sdk/actions/submit-work";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import { bytes32ToContentId, contentIdOf, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { openTier } from "@corex/sdk/task/open-tier";
import { hasCircuit, inputIndex, VERIFICATIONS } from "@corex/sdk/task/work-terms";
import { loadFragment } from "@corex/sdk/work/load-fragment";
import { claimDigest, putWorkClaim } from "@corex/sdk/work/work-claim";

import type { DocumentLog } from "../journal/document-log.ts";
import { type FragmentKey, intentOf, labelOf } from "../journal/fragment-key.ts";
import type { FragmentSubmission, ProvedWorkSubmission, WorkSubmission } from "../journal/submission-json.ts";
import { evaluateWork, proveClaim } from "../proving/prove-work.ts";
import { findPlant } from "../work/find-plant.ts";
import type { WorkPlace } from "../work/work-place.ts";
import type { WorkSkill } from "../work/work-skill.ts";
import type { OpenFragment, Tools } from "./open-fragment.ts";
import { toClaimStruct } from "./submission-structs.ts";

/** What a node does work with, beside its tools. */
export interface WorkEquipment {
  readonly node: bigint;
  /** Opens notes to the operator. */
  readonly signingKey: SigningKey;
  /** Whether a planted result is submitted when the owner asks for it. */
  readonly acceptPlants: boolean;
  /** Labels that people made (CSV). */
  readonly labelsFile: Uint8Array | undefined;
  readonly skill: WorkSkill;
  /** Holds results that others may not see yet. */
  readonly documents: DocumentLog;
}

export interface WorkGround {
  readonly context: ActionContext;
  readonly provider: RpcProvider;
  readonly chainId: number;
  readonly equipment: WorkEquipment;
}

/** A fragment of work that is free or assigned. */
export class WorkFragment implements OpenFragment {
  readonly key: FragmentKey;
  readonly status: TaskStatusName;
  readonly cursor: ChainCursor;
  readonly duration: number;
  readonly label: Readonly<Record<string, string | number>>;
  // The market of work takes one result at a time.
  readonly batcher = undefined;
  readonly #ground: WorkGround;
  readonly #place: WorkPlace;

  constructor(ground: WorkGround, place: WorkPlace) {
    this.#ground = ground;
    this.#place = place;
    const { task, fragment, cursor, status } = place;
    this.key = { market: "work", task: task.task, chain: fragment, step: cursor.attempt };
    this.label = labelOf(this.key);
    this.status = status;
    this.cursor = cursor;
    this.duration = Number(task.terms.fragmentDuration);
  }

  openTier(waited: number): number {
    return openTier(this.#place.task.terms, waited);
  }

  async preview(): Promise<bigint> {
    return previewWorkAssignment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  async assign(): Promise<bigint> {
    return (await assignWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment)).result;
  }

  async reassign(): Promise<void> {
    await reassignWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  async giveBack(): Promise<void> {
    await refuseWorkFragment(this.#ground.context, this.#place.task.terms, this.#place.fragment);
  }

  /**
   * Does the work, and proves it where the task asks for a proof; or takes the planted result that the owner asks for. Labels stay
   * in the journal until they are published.
   */
  async prove(tools: Tools): Promise<WorkSubmission | ProvedWorkSubmission> {
    const { terms } = this.#place.task;
    if (VERIFICATIONS[Number(terms.verification)] !== "committee") return this.#prove(tools);
    const planted = await this.#planted();
    if (planted !== undefined) tools.logger.info({ ...this.label }, "the owner asks for a planted result");
    const result = planted ?? (hasCircuit(terms) ? await this.#evaluate(tools) : await this.#execute(tools));
    tools.onComputed(0n);
    return { kind: "work", fragment: this.#place.fragment, attempt: this.key.step, weights: 0n, result };
  }

  // Async although nothing waits: other markets ask the chain.
  // eslint-disable-next-line @typescript-eslint/require-await
  async accepts(submission: FragmentSubmission): Promise<boolean> {
    const isWork = submission.kind === "work" || submission.kind === "proved-work";
    return isWork && submission.attempt === this.key.step;
  }

  async submit(submission: FragmentSubmission): Promise<SettledFragment | undefined> {
    const { context } = this.#ground;
    const { task, fragment } = this.#place;
    const intent = intentOf(this.key);
    switch (submission.kind) {
      case "work":
        await submitWork(context, task.terms, fragment, submission.result, intent);
        return undefined;
      case "proved-work":
        return (await submitProvedWork(context, task.terms, fragment, toClaimStruct(submission), intent)).result;
      default:
        throw new CorexError("JOURNAL_CORRUPTED", "the submission is no work");
    }
  }

  /** The claim with its proof, for this operator. */
  async #prove(tools: Tools): Promise<ProvedWorkSubmission> {
    const { context, chainId } = this.#ground;
    const { task, fragment } = this.#place;
    const evaluated = await evaluateWork(this.#place, tools.store);
    tools.onComputed(task.terms.weights, evaluated.claim.loss);
    const market = contractAddress(context.contracts.workMarket);
    const operator = context.sender.address;
    const claim = await proveClaim({ place: this.#place, evaluated, chainId, market, operator, tools });
    return { kind: "proved-work", fragment, attempt: this.key.step, weights: task.terms.weights, ...claim };
  }

  /** The result that the claim amounts to. Verifiers compute it anew; its numbers are stored for the owner. */
  async #evaluate({ store, logger }: Tools): Promise<string> {
    const { claim } = await evaluateWork(this.#place, store);
    logger.info({ ...this.label, claim: await putWorkClaim(store, claim) }, "claim stored");
    return claimDigest(claim);
  }

  async #execute({ store }: Tools): Promise<string> {
    const { context, equipment } = this.#ground;
    const { task, fragment } = this.#place;
    const { terms } = task;
    const kind = Number(terms.kind);
    const { labelsFile } = equipment;
    const work = {
      store,
      node: Number(equipment.node),
      operator: context.sender.address,
      fragment: inputIndex(terms, fragment),
      ...(labelsFile === undefined ? {} : { labelsFile }),
      random: (bytes: number): Uint8Array => randomBytes(bytes),
    };
    const { spec, input } = await loadFragment(kind, bytes32ToContentId(terms.manifest), work);
    const bytes = await equipment.skill.execute(kind, spec, input, work);
    const digest = contentIdToBytes32(contentIdOf(bytes));
    const place = { task: task.task, fragment, attempt: this.key.step };
    if (terms.paired) equipment.documents.keep({ ...place, digest, bytes });
    else await store.put(bytes);
    return digest;
  }

  /** Digest of the planted result that a note to this operator asks for, if the terms committed to it. */
  async #planted(): Promise<string | undefined> {
    const { context, provider, equipment } = this.#ground;
    const { acceptPlants, signingKey } = equipment;
    if (!acceptPlants) return undefined;
    return (await findPlant({ contracts: context.contracts, provider, signingKey }, this.#place))?.result;
  }
}
