import { assignWorkFragment } from "@corex/sdk/actions/assign-work-fragment";
import { auditWork } from "@corex/sdk/actions/audit-work";
import { commitVerdict, verdictCommitment, type SealedVerdict } from "@corex/sdk/actions/commit-verdict";
import { drawCase } from "@corex/sdk/actions/draw-case";
import { simulate, type ActionContext, type Executed } from "@corex/sdk/actions/execute";
import { readCase } from "@corex/sdk/actions/read-case";
import { readReview } from "@corex/sdk/actions/read-review";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { readWorkDelivery } from "@corex/sdk/actions/read-work-delivery";
import { DEVICE_CLASSES } from "@corex/sdk/actions/register-node";
import { revealVerdict } from "@corex/sdk/actions/reveal-verdict";
import { submitProvedWork } from "@corex/sdk/actions/submit-proved-work";
import { submitWork, submitWorkIntent } from "@corex/sdk/actions/submit-work";
import { workTaskId } from "@corex/sdk/task/work-task-id";
import { VERIFICATIONS, type VerificationName, type WorkTerms } from "@corex/sdk/task/work-terms";
import { id, parseEther, ZeroHash } from "ethers";

import { shardTree } from "../../test/support/rounds/shard-tree.ts";
import { TrapdoorCircuit } from "../../test/support/rounds/trapdoor.ts";
import { cheapest, untilChance } from "./chance.ts";
import { operatorOf } from "./scenes/nodes.ts";
import { EXECUTOR, EXECUTOR_CLASS } from "./scenes/panel.ts";
import type { World } from "./world.ts";

/** Circuit that anything can be proved with: what a proof costs on chain depends on its number of public signals alone. */
export const EVALUATE = new TrapdoorCircuit({
  name: "Evaluate",
  params: [8, 4],
  schema: "weights,batch,loss,correct,ctx",
  publicSignals: 5,
  workUnits: 32n,
});

const WEIGHTS = 77n;
const FIRST_BATCH = 3_000n;
const RESULT = id("benchmark result");
const SALT = id("benchmark verdict");
const MAX_RENEWALS = 4;

export const CHALLENGE_SECONDS = 3_600;

export interface BenchWorkOptions {
  readonly owner: string;
  readonly verification: VerificationName;
  readonly verifiers: number;
  readonly fragments: number;
  readonly nonce: bigint;
}

/** A task of work whose terms depend on its options alone, and the moves of its node and its verifiers. */
export class BenchWork {
  readonly terms: WorkTerms;
  readonly id: string;
  readonly #world: World;
  readonly #inputs: ReturnType<typeof shardTree>;

  constructor(world: World, { owner, verification, verifiers, fragments, nonce }: BenchWorkOptions) {
    const isProved = verification !== "committee";
    this.#world = world;
    this.#inputs = shardTree(fragments, FIRST_BATCH);
    this.terms = {
      owner,
      kind: 0n,
      verification: BigInt(VERIFICATIONS.indexOf(verification)),
      paired: false,
      verifiers: BigInt(verifiers),
      acceptScore: 0n,
      device: 1n + BigInt(DEVICE_CLASSES.indexOf(EXECUTOR_CLASS)),
      minTier: 0n,
      plants: 0n,
      fragments: BigInt(fragments),
      fragmentDuration: 600n,
      voteDuration: 600n,
      challengeDuration: BigInt(CHALLENGE_SECONDS),
      workUnits: isProved ? EVALUATE.workUnits : 1_000n,
      jackpot: 0n,
      feePerFragment: parseEther("20"),
      feePerVerifier: verification === "proof" ? 0n : parseEther("4"),
      circuit: isProved ? EVALUATE.id : ZeroHash,
      weights: isProved ? WEIGHTS : 0n,
      inputRoot: isProved ? this.#inputs.root : ZeroHash,
      dataset: ZeroHash,
      spec: id("benchmark specification"),
      manifest: id("benchmark work"),
      plantRoot: id("no plants"),
      nonce,
    };
    this.id = workTaskId(world.deployment.chainId, world.deployment.contracts.WorkMarket, this.terms);
  }

  /** Draws the node that works, once more when the entropy expired. */
  async assign(fragment: number): Promise<Executed<bigint>> {
    const executor = await this.#executor();
    for (let attempt = 0; attempt < MAX_RENEWALS; attempt += 1) {
      await this.#world.mineBeyond((await readWorkCursor(executor.contracts, this.id, fragment)).ticket);
      const executed = await assignWorkFragment(executor, this.terms, fragment);
      if (executed.result === EXECUTOR) return executed;
    }
    throw new Error(`the node was not drawn for fragment ${fragment} of task ${this.id}`);
  }

  /** Submits when chance will have it as `fate` says. */
  async submit(fragment: number, fate: "audited" | "spared"): Promise<Executed<undefined>> {
    const executor = await this.#executor();
    const { workReview } = executor.contracts;
    const intent = submitWorkIntent(this.id, fragment, 0);
    return untilChance(this.#world, async () => {
      const submitted = await submitWork(executor, this.terms, fragment, RESULT, intent);
      const { ticket = 0 } = (await readWorkDelivery(executor.contracts, this.id, fragment)) ?? {};
      await this.#world.mineBeyond(ticket);
      const caseId = await simulate(executor, workReview.audit, [this.terms, fragment]);
      return (caseId === 0n) === (fate === "spared") ? submitted : undefined;
    });
  }

  /** Submits with a proof, which pays it. */
  async submitProved(fragment: number) {
    const executor = await this.#executor();
    const batch = FIRST_BATCH + BigInt(fragment);
    const place = [this.terms.circuit, this.id, fragment, executor.sender.address] as const;
    const context = await executor.contracts.workMarket.contextOf(...place);
    const proof = EVALUATE.prove([WEIGHTS, batch, 5n, 3n, context]);
    const claim = { batch, loss: 5n, correct: 3n, shardProof: this.#inputs.getProof(fragment), proof };
    return submitProvedWork(executor, this.terms, fragment, claim, submitWorkIntent(this.id, fragment, 0));
  }

  /** Draws, submits and has the result audited. */
  async audited(fragment: number): Promise<Executed<{ caseId: bigint }>> {
    await this.assign(fragment);
    await this.submit(fragment, "audited");
    return auditWork(await this.#executor(), this.terms, fragment);
  }

  /** Draws the verifiers of the open case, without a miss. */
  async draw(fragment: number): Promise<Executed<readonly bigint[]>> {
    const anyone = await this.#executor();
    const caseId = await this.caseOf(fragment);
    const draw = async (): Promise<Executed<readonly bigint[]>> => {
      await this.#world.mineBeyond((await readCase(anyone.contracts, caseId)).ticket);
      return drawCase(anyone, caseId);
    };
    return cheapest(this.#world, draw, ({ result }) => result.length === Number(this.terms.verifiers));
  }

  /** Each verifier of the open case commits, and then each reveals the same; in the order of their seats. */
  async vote(fragment: number, vote: SealedVerdict["vote"]) {
    const caseId = await this.caseOf(fragment);
    const { seats } = await readCase((await this.#executor()).contracts, caseId);
    const { chainId, contracts } = this.#world.deployment;
    const verdict = { vote, score: 0, salt: SALT };
    const commits: Executed<undefined>[] = [];
    const reveals: Executed<undefined>[] = [];
    for (const { verifier } of seats) {
      const place = { chainId, committee: contracts.VerifierCommittee, caseId, node: verifier };
      const operator = await this.#world.as(operatorOf(Number(verifier) - 1));
      commits.push(await commitVerdict(operator, caseId, verdictCommitment(place, verdict)));
    }
    for (const { verifier } of seats) {
      reveals.push(await revealVerdict(await this.#world.as(operatorOf(Number(verifier) - 1)), caseId, verdict));
    }
    return { commits, reveals };
  }

  async caseOf(fragment: number): Promise<bigint> {
    return (await readReview((await this.#executor()).contracts, this.id, fragment)).caseId;
  }

  async #executor(): Promise<ActionContext> {
    return this.#world.as(operatorOf(Number(EXECUTOR) - 1));
  }
}
