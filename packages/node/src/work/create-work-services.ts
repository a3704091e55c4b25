import { readFileSync } from "node:fs";

import type { Wallet } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { DISPUTE_BOND } from "@corex/sdk/actions/open-dispute";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";
import type { Prover } from "@corex/sdk/proof/prover";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { putJson } from "@corex/sdk/store/json";
import { hasCircuit } from "@corex/sdk/task/work-terms";
import type { Verdict } from "@corex/sdk/work/verdict";

import type { AgentSettings } from "../config/agent-config.ts";
import type { Journal } from "../journal/journal.ts";
import type { MarketOptions } from "../markets/market.ts";
import { WorkMarket } from "../markets/work-market.ts";
import { evaluateWork, proveClaim } from "../proving/prove-work.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { FollowChainOptions } from "../runtime/follow-chain.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { StageHook } from "../runtime/stages.ts";
import { Defender } from "../services/defender.ts";
import { Enrolment } from "../services/enrolment.ts";
import { Keeper } from "../services/keeper.ts";
import { Publisher } from "../services/publisher.ts";
import { Verifier } from "../services/verifier.ts";
import { CaseBook } from "./case-book.ts";
import { checkPlace } from "./check-place.ts";
import { chainCommittee } from "./committee.ts";
import { findPlant } from "./find-plant.ts";
import { chainReviews } from "./reviews.ts";
import type { DeliveredPlace } from "./work-place.ts";
import type { WorkSkill } from "./work-skill.ts";

export interface WorkServicesOptions {
  readonly context: ActionContext;
  readonly node: bigint;
  readonly wallet: Wallet;
  readonly settings: AgentSettings;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly journal: Journal;
  readonly market: Omit<MarketOptions<never>, "tasks">;
  readonly exclusive: Mutex;
  readonly backoff: Backoff;
  readonly onStage: StageHook;
  readonly skill: WorkSkill;
  /** Ends proofs that are under way. */
  readonly signal: AbortSignal;
}

/** The market of work, and what a node does there beside its own fragments. */
export interface WorkServices {
  readonly market: WorkMarket;
  /** In the order of urgency. */
  readonly followers: FollowChainOptions["followers"];
  /** Resolves once nothing is under way any more that writes into the journal. */
  readonly settled: () => Promise<void>;
}

/** Puts together publisher, verifier, keeper and defender. @throws CorexError CONFIG_UNREADABLE when the file of labels cannot be read. */
export function createWorkServices(options: WorkServicesOptions): WorkServices {
  const { context, node, wallet, settings, store, journal, exclusive, backoff, onStage, skill } = options;
  const { prover, signal } = options;
  const { logger, provider, chainId } = options.market;
  const { documents, sealed, bookmarks } = journal;
  const { contracts } = context;
  const { signingKey } = wallet;
  const { acceptPlants, appeal, spreadMs, verify: kinds } = settings;
  const equipment = { node, signingKey, acceptPlants, labelsFile: readLabels(settings.labelsFile), documents, skill };
  const market = new WorkMarket({ ...options.market, tasks: journal.workTasks, equipment });
  const cases = new CaseBook({ contracts, bookmarks });
  const committee = chainCommittee(context);
  const reviews = chainReviews(context);

  const check = async (place: DeliveredPlace, waitsForSibling: boolean): Promise<Verdict> => {
    const { result, node: executor } = place.delivery;
    const sibling = market.siblingOf(place);
    return checkPlace({ place, result, executor, sibling }, { store, own: documents, waitsForSibling, skill });
  };
  const verifier = new Verifier({
    ...{ node, chainId, committee, cases, sealed, exclusive, logger, backoff, onStage },
    async check({ caseId, subject }, isLate) {
      const place = market.deliveries().find(({ review }) => review.caseId === caseId);
      if (place?.delivery.result === subject) return check(place, !isLate);
      return { vote: "abstain", reason: "the market does not show the result of the case yet", retry: "later" };
    },
  });
  const defender = new Defender({
    ...{ node, appeal, market, reviews, exclusive, logger, backoff },
    check: async (place) => check(place, false),
    async prove(place) {
      if (!hasCircuit(place.task.terms)) return undefined;
      const evaluated = await evaluateWork(place, store);
      const own = { market: contractAddress(contracts.workMarket), operator: wallet.address };
      return proveClaim({ place, evaluated, chainId, ...own, tools: { prover, signal } });
    },
    async isPlanted(place) {
      const plant = await findPlant({ contracts, provider, signingKey }, place);
      return plant !== undefined && plant.result === place.delivery?.result;
    },
    async putEvidence({ task, fragment, result }, statement) {
      const evidence = { kind: "corex/evidence", version: 1, task: task.task, fragment, result, statement };
      return contentIdToBytes32(await putJson(store, evidence));
    },
    async funds() {
      try {
        return { balance: await contracts.token.balanceOf(context.sender.address), bond: DISPUTE_BOND };
      } catch (cause) {
        throw decodeError(cause);
      }
    },
  });
  return {
    market,
    followers: [
      cases,
      verifier,
      new Publisher({ documents, market, store, logger, backoff }),
      new Keeper({ node, market, cases, reviews, committee, spreadMs, logger, backoff }),
      defender,
      new Enrolment({ context, node, kinds, logger, backoff }),
    ],
    settled: async () => verifier.settled(),
  };
}

function readLabels(file: string | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new CorexError("CONFIG_UNREADABLE", `cannot read the file of labels ${file}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
}
