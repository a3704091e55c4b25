import { expect } from "chai";
import { id } from "ethers";

import { CorexError } from "@corex/sdk/errors";
import type { Verdict } from "@corex/sdk/work/verdict";

import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Mutex } from "../../packages/node/src/runtime/mutex.ts";
import type { ProvedClaim } from "../../packages/node/src/journal/submission-json.ts";
import { Defender, type DefenderOptions } from "../../packages/node/src/services/defender.ts";
import type { Reviews } from "../../packages/node/src/work/reviews.ts";
import type { DeliveredPlace } from "../../packages/node/src/work/work-place.ts";
import { SleepClock } from "./support/fake-fragments.ts";
import { deliveredPlace, NOW, silent, snapshotAt } from "./support/work-fakes.ts";

const REJECTED = { stage: "decided", verdict: "rejected", caseId: 1n, contestUntil: NOW + 100 } as const;

// Defender
// ├── when its own result was rejected or not verified
// │   ├── and a second check finds it right, and a circuit can prove it: it proves it, also when appeals are off
// │   │   ├── and this machine lacks the circuit: it goes before the court
// │   │   └── and the prover dies: it tries again later
// │   ├── and a second check finds it right: it goes before the court with evidence
// │   │   └── unless appeals are off, or the bond cannot be paid
// │   ├── and a second check finds it wrong: it concedes
// │   │   └── unless its task has plants, of which one may be hidden
// │   ├── and it cannot be checked now: it tries again later
// │   └── and it was planted: it waits
// └── when it is accepted, of another node, under dispute, or the time is over: it does nothing
describe("Defender", function () {
  let place: DeliveredPlace;
  let verdict: Verdict;
  let sent: string[];
  let checks: number;
  let clock: SleepClock;

  beforeEach(function () {
    place = deliveredPlace({ review: REJECTED });
    verdict = { vote: "accept", reason: "equal" };
    sent = [];
    checks = 0;
    clock = new SleepClock();
  });

  function defender(change: Partial<DefenderOptions> = {}): Defender {
    const record =
      (what: string) =>
      async (_: unknown, evidence?: string): Promise<void> => {
        await Promise.resolve();
        sent.push(evidence === undefined ? what : `${what} with ${evidence}`);
      };
    return new Defender({
      node: 7n,
      appeal: "checked",
      market: { deliveries: () => [place] },
      reviews: {
        ...{ concede: record("concede"), claim: record("claim") },
        prove: async (_: unknown, { loss }: ProvedClaim) => record("prove")(_, `loss ${loss}`),
      } as unknown as Reviews,
      prove: async () => Promise.resolve(undefined),
      check: async () => {
        checks += 1;
        return Promise.resolve(verdict);
      },
      isPlanted: async () => Promise.resolve(false),
      putEvidence: async (_, reason) => Promise.resolve(id(reason)),
      funds: async () => Promise.resolve({ balance: 25n, bond: 25n }),
      exclusive: new Mutex(),
      logger: silent,
      backoff: new Backoff(clock),
      ...change,
    });
  }

  for (const outcome of ["rejected", "unverified"] as const) {
    it(`takes a result that is right and ${outcome} before the court, once, with evidence`, async function () {
      place = deliveredPlace({ review: { ...REJECTED, verdict: outcome } });
      const service = defender();
      await service.onSnapshot(snapshotAt(NOW));
      await service.onSnapshot(snapshotAt(NOW + 1));
      expect(sent).to.deep.equal([`claim with ${id("equal")}`]);
    });
  }

  const CLAIM: ProvedClaim = {
    ...{ batch: 1n, loss: 2n, correct: 3n, shardProof: [] },
    proof: {
      a: [0n, 0n],
      b: [
        [0n, 0n],
        [0n, 0n],
      ],
      c: [0n, 0n],
    },
  };

  for (const appeal of ["checked", "never"] as const) {
    it(`proves a result that is right where there is a circuit, when appeals are ${appeal}`, async function () {
      const service = defender({ appeal, prove: async () => Promise.resolve(CLAIM) });
      await service.onSnapshot(snapshotAt(NOW));
      await service.onSnapshot(snapshotAt(NOW + 1));
      expect(sent).to.deep.equal(["prove with loss 2"]);
    });
  }

  it("proves nothing that a second check finds wrong", async function () {
    verdict = { vote: "reject", reason: "differs" };
    await defender({ prove: async () => Promise.resolve(CLAIM) }).onSnapshot(snapshotAt(NOW));
    expect(sent).to.deep.equal(["concede"]);
  });

  it("goes before the court when this machine lacks the circuit, and tries again when the prover died", async function () {
    const failing = (code: string): Defender =>
      defender({ prove: async () => Promise.reject(new CorexError(code, "no", { retry: "later" })) });
    for (const code of ["CIRCUIT_NOT_COMPILED", "PROOF_SIGNALS_MISMATCH", "CHAIN_PROOFVERIFIER_INVALIDPROOF"]) {
      await failing(code).onSnapshot(snapshotAt(NOW));
      expect(sent.splice(0), code).to.deep.equal([`claim with ${id("equal")}`]);
    }
    await failing("PROVER_CRASHED").onSnapshot(snapshotAt(NOW));
    expect(sent).to.deep.equal([]);
  });

  it("leaves the verdict on a wrong result of a task with plants alone", async function () {
    verdict = { vote: "reject", reason: "differs" };
    place = { ...place, task: { ...place.task, terms: { ...place.task.terms, plants: 1n } } };
    await defender().onSnapshot(snapshotAt(NOW));
    expect([sent.length, checks]).to.deep.equal([0, 1]);
  });

  it("concedes a result that is wrong", async function () {
    verdict = { vote: "reject", reason: "differs" };
    await defender().onSnapshot(snapshotAt(NOW));
    expect(sent).to.deep.equal(["concede"]);
  });

  it("checks again later what it cannot check now", async function () {
    verdict = { vote: "abstain", reason: "not there", retry: "later" };
    const service = defender();
    await service.onSnapshot(snapshotAt(NOW));
    await service.onSnapshot(snapshotAt(NOW + 1));
    expect([sent.length, checks]).to.deep.equal([0, 1]);
    await clock.sleep(1_000);
    verdict = { vote: "accept", reason: "equal" };
    await service.onSnapshot(snapshotAt(NOW + 2));
    expect(sent.length).to.equal(1);
  });

  it("claims nothing when appeals are off or the bond cannot be paid", async function () {
    await defender({ appeal: "never" }).onSnapshot(snapshotAt(NOW));
    await defender({ funds: async () => Promise.resolve({ balance: 24n, bond: 25n }) }).onSnapshot(snapshotAt(NOW));
    expect(sent).to.deep.equal([]);
  });

  it("waits for the owner of a planted result", async function () {
    await defender({ isPlanted: async () => Promise.resolve(true) }).onSnapshot(snapshotAt(NOW));
    expect([sent.length, checks]).to.deep.equal([0, 0]);
  });

  it("leaves alone what is not its own, accepted, disputed, or too late", async function () {
    const service = defender();
    const others = [
      deliveredPlace({ node: 8n, review: REJECTED }),
      deliveredPlace({ review: { ...REJECTED, verdict: "accepted" } }),
      deliveredPlace({ review: { ...REJECTED, stage: "disputed" } }),
      deliveredPlace({ review: { ...REJECTED, contestUntil: NOW - 1 } }),
    ];
    for (place of others) await service.onSnapshot(snapshotAt(NOW));
    expect([sent.length, checks]).to.deep.equal([0, 0]);
  });

  it("survives a check that throws, and reports an endpoint that is down", async function () {
    const failing = (code: string): Defender =>
      defender({ check: async () => Promise.reject(new CorexError(code, "no", { retry: "later" })) });
    await failing("STORE_NOT_FOUND").onSnapshot(snapshotAt(NOW));
    const thrown = await failing("CHAIN_UNREACHABLE")
      .onSnapshot(snapshotAt(NOW))
      .catch((cause: unknown) => cause);
    expect(thrown).to.include({ code: "CHAIN_UNREACHABLE" });
    expect(sent).to.deep.equal([]);
  });
});
