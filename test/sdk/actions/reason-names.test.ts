import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DRAW_REASONS, OFFENCES, PAY_REASONS } from "../../../packages/sdk/src/actions/explain-node.ts";
import { CASE_OUTCOMES, CASE_PHASES, VOTES } from "../../../packages/sdk/src/actions/read-case.ts";
import { ACTION_KINDS } from "../../../packages/sdk/src/actions/read-dispute-actions.ts";
import { DISPUTE_KINDS, DISPUTE_STAGES, RULINGS } from "../../../packages/sdk/src/actions/read-dispute.ts";
import { REVIEW_STAGES } from "../../../packages/sdk/src/actions/read-review.ts";
import { VERIFICATIONS } from "../../../packages/sdk/src/task/work-terms.ts";
import { WORK_NAMES } from "../../../packages/sdk/src/work/work-kind.ts";
import { MEASUREMENT_STATUSES } from "../../../packages/sdk/src/actions/read-benchmark.ts";
import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";

// Names by number are those of the contracts
// └── for each enum: the same names in the same order, in other spelling
describe("names of reasons", function () {
  /** Names of a Solidity enum as the SDK spells them. */
  function namesOf(file: string, name: string): string[] {
    const source = readFileSync(join(repositoryRoot(), "contracts", file), "utf8");
    const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source)?.[1];
    if (body === undefined) throw new Error(`no enum ${name} in ${file}`);
    return body.split(",").map((item) => {
      const words = item.trim().match(/[A-Z][a-z]*/g) ?? [];
      return words.join("-").toLowerCase();
    });
  }

  it("why a node was not drawn", function () {
    const names = namesOf("market/IExplainer.sol", "DrawReason").map((name) => {
      return name.replace(/^node-(?=exited|removed|suspended)/, "");
    });
    expect(DRAW_REASONS).to.deep.equal(names);
  });

  it("why a node is not paid", function () {
    expect(PAY_REASONS).to.deep.equal(namesOf("market/IExplainer.sol", "PayReason"));
  });

  it("what a node was punished for", function () {
    expect(OFFENCES).to.deep.equal(namesOf("types/Offence.sol", "Offence"));
  });

  it("where a measurement stands", function () {
    expect(MEASUREMENT_STATUSES).to.deep.equal(namesOf("benchmark/IBenchmarkRegistry.sol", "MeasurementStatus"));
  });

  it("of verdicts, cases, reviews and disputes", function () {
    expect(VOTES).to.deep.equal(namesOf("committee/IVerifierCommittee.sol", "Vote"));
    expect(CASE_PHASES).to.deep.equal(namesOf("committee/IVerifierCommittee.sol", "CasePhase"));
    expect(CASE_OUTCOMES).to.deep.equal(namesOf("committee/IVerifierCommittee.sol", "CaseOutcome"));
    expect(REVIEW_STAGES).to.deep.equal(namesOf("review/IWorkReview.sol", "ReviewStage"));
    expect(DISPUTE_KINDS).to.deep.equal(namesOf("arbitration/IArbitration.sol", "DisputeKind"));
    expect(DISPUTE_STAGES).to.deep.equal(namesOf("arbitration/IArbitration.sol", "DisputeStage"));
    expect(RULINGS).to.deep.equal(namesOf("arbitration/IArbitration.sol", "Ruling"));
    expect(ACTION_KINDS).to.deep.equal(namesOf("arbitration/IArbitration.sol", "ActionKind"));
  });

  it("of kinds of work and ways of verification", function () {
    expect(WORK_NAMES).to.deep.equal(namesOf("types/WorkKind.sol", "WorkKind"));
    expect(VERIFICATIONS).to.deep.equal(namesOf("market/IWorkMarket.sol", "Verification"));
  });
});
