import type { DeviceClass } from "../actions/register-node.ts";
import { CorexError } from "../errors.ts";
import { contentIdToBytes32, type ContentId } from "../store/content-id.ts";
import { WORK_KIND, type WorkName } from "../work/work-kind.ts";
import { deviceTerm } from "./device-term.ts";
import { noPlants, plantRoot, type Plant } from "./plants.ts";
import {
  defaultVerifierFee,
  MIN_CHALLENGE_DURATION,
  MIN_VERIFIERS,
  MIN_VOTE_DURATION,
  requireWorkTerms,
} from "./work-rules.ts";
import { VERIFICATIONS, type VerificationName, type WorkTerms } from "./work-terms.ts";

/** Stands for "none" in terms. */
const ZERO_HASH = `0x${"0".repeat(64)}`;
/** Seconds that a node has for a fragment, when the owner does not say. */
const FRAGMENT_DURATION = 600;
/** Score that labels need, when the owner does not say. */
const ACCEPT_SCORE = 60;

/** What a circuit of an evaluation works with. */
export interface WorkCircuit {
  /** Id of the circuit. */
  readonly id: string;
  /** Commitment of the weights. */
  readonly weights: bigint;
  /** Merkle root of the batches. */
  readonly inputRoot: string;
}

export interface CreateWorkTaskInput {
  /** Account that will publish. */
  readonly owner: string;
  readonly kind: WorkName;
  /** Specification and manifest, which are in the store. */
  readonly spec: ContentId;
  readonly manifest: ContentId;
  /** Inputs that the manifest lists; labels are made twice of each. */
  readonly inputs: number;
  /** Work of a fragment, see docs/work.md. */
  readonly workUnits: bigint;
  /** CXT wei; zero for a network task. */
  readonly feePerFragment: bigint;
  /** Tells apart tasks that are equal otherwise. */
  readonly nonce: bigint;
  /** Default "committee". */
  readonly verification?: VerificationName;
  /** Verifiers of a committee; default 3. */
  readonly verifiers?: number;
  /** CXT wei; default: what the work is worth at least, 50 CXT at most. */
  readonly feePerVerifier?: bigint;
  /** Of labels; default 60. */
  readonly acceptScore?: number;
  /** Seconds; default 600. */
  readonly fragmentDuration?: number;
  /** Seconds; default 600, the least. */
  readonly voteDuration?: number;
  /** Seconds; default 3,600, the least. */
  readonly challengeDuration?: number;
  /** Hardware the nodes must have; any when absent. */
  readonly device?: DeviceClass;
  /** Lowest tier of the nodes; 0 when absent. */
  readonly minTier?: number;
  /** Without it results cannot be proved. */
  readonly circuit?: WorkCircuit;
  /** Dataset the work is on, by its id. */
  readonly dataset?: string;
  /** Results that are wrong on purpose, and what the verifiers who reject one share, in CXT wei. */
  readonly planted?: { readonly plants: readonly Plant[]; readonly jackpot: bigint };
}

/**
 * Fills in the terms of a task of work. Publish them with `publishWorkTask`, after `workTaskFees` of them are approved to the
 * escrow of work.
 *
 * @throws CorexError TASK_INVALID naming the term that the market would refuse.
 */
export function createWorkTask(input: CreateWorkTaskInput): WorkTerms {
  const { kind, circuit, planted, workUnits, verification = "committee" } = input;
  const paired = kind === "labelling";
  const isJudged = verification !== "proof";
  const isPaid = input.feePerFragment > 0n;
  const fallbackFee = isJudged && isPaid ? defaultVerifierFee(workUnits) : 0n;
  const terms: WorkTerms = {
    owner: input.owner,
    kind: BigInt(WORK_KIND[kind]),
    verification: BigInt(VERIFICATIONS.indexOf(verification)),
    paired,
    verifiers: integer("verifiers", input.verifiers ?? (isJudged ? MIN_VERIFIERS : 0)),
    acceptScore: integer("acceptScore", input.acceptScore ?? (paired ? ACCEPT_SCORE : 0)),
    device: deviceTerm(input.device),
    minTier: integer("minTier", input.minTier ?? 0),
    plants: BigInt(planted?.plants.length ?? 0),
    fragments: integer("inputs", input.inputs) * (paired ? 2n : 1n),
    fragmentDuration: integer("fragmentDuration", input.fragmentDuration ?? FRAGMENT_DURATION),
    voteDuration: integer("voteDuration", input.voteDuration ?? (isJudged ? MIN_VOTE_DURATION : 0)),
    challengeDuration: integer("challengeDuration", input.challengeDuration ?? (isJudged ? MIN_CHALLENGE_DURATION : 0)),
    workUnits,
    jackpot: planted?.jackpot ?? 0n,
    feePerFragment: input.feePerFragment,
    feePerVerifier: input.feePerVerifier ?? fallbackFee,
    circuit: circuit?.id ?? ZERO_HASH,
    weights: circuit?.weights ?? 0n,
    inputRoot: circuit?.inputRoot ?? ZERO_HASH,
    dataset: input.dataset ?? ZERO_HASH,
    spec: contentIdToBytes32(input.spec),
    manifest: contentIdToBytes32(input.manifest),
    plantRoot: planted === undefined ? noPlants() : plantRoot(planted.plants),
    nonce: input.nonce,
  };
  requireWorkTerms(terms);
  return terms;
}

function integer(term: string, value: number): bigint {
  if (Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw new CorexError("TASK_INVALID", `${term} is ${value}, expected a whole number`, { retry: "after-change" });
}
