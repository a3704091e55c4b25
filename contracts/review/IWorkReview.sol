// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CaseOutcome} from "../committee/IVerifierCommittee.sol";
import {Claim, WorkTerms} from "../market/IWorkMarket.sol";
import {NodeId, TaskId} from "../types/Ids.sol";

/// @dev Where the review of a submitted result stands.
/// - None: nothing is submitted, or it was submitted and `audit` is to be called.
/// - Voting: a case is open.
/// - Decided: there is a verdict, or the result was not audited; it can be contested until `contestUntil`.
/// - Planted: the owner revealed that the result is wrong on purpose; verifiers can contest it until `contestUntil`.
/// - Disputed: before the court.
enum ReviewStage {
    None,
    Voting,
    Decided,
    Planted,
    Disputed
}

/// @dev Review of the result of a fragment.
/// @param stage Where it stands.
/// @param before Stage before it was disputed.
/// @param verdict Verdict of the last sitting; Accepted for a result that was not audited.
/// @param audited Whether verifiers sat on this result.
/// @param forced Whether `audit` must open a case, whatever chance says: challenged, or not verified by the first sitting.
/// @param sittings Committees that sat on this fragment, for any of its results; at most 2.
/// @param score Quality that the committee found: 0 to 100.
/// @param caseId Case of the last sitting; zero for none.
/// @param contestUntil Last second at which it can be contested; of Disputed the last second at which the court can rule.
/// @param challenger Who had it audited, with a bond; zero for nobody.
struct Review {
    ReviewStage stage;
    ReviewStage before;
    CaseOutcome verdict;
    bool audited;
    bool forced;
    uint8 sittings;
    uint8 score;
    uint64 caseId;
    uint40 contestUntil;
    address challenger;
}

/// @dev What a result is disputed about.
/// - Verdict: the node says that a result that was rejected, or not verified, is right.
/// - Acceptance: the owner says that an accepted result is wrong.
/// - Plant: a verifier says that a result that the owner calls planted is right.
enum DisputeSubject {
    Verdict,
    Acceptance,
    Plant
}

/// @title IWorkReview
/// @notice What becomes of a submitted result: chance decides whether verifiers judge it, less often the better the node's
/// reputation, never never; a verdict can be proved wrong, taken to the court, or revealed as a plant; then it is final.
interface IWorkReview {
    /// @notice Emitted when it was decided whether verifiers judge a result. `caseId` zero: they do not.
    event Audited(TaskId indexed task, uint256 indexed fragment, uint256 rateBps, uint256 caseId);

    /// @notice Emitted when verifiers came to an outcome, or chance spared a result. `contestUntil` zero: another committee sits.
    event Decided(
        TaskId indexed task,
        uint256 indexed fragment,
        CaseOutcome verdict,
        uint256 score,
        uint256 contestUntil
    );

    /// @notice Emitted when somebody had a result audited that chance spared.
    event Challenged(TaskId indexed task, uint256 indexed fragment, address indexed challenger, uint256 bond);

    /// @notice Emitted when the owner revealed a planted result.
    event PlantRevealed(TaskId indexed task, uint256 indexed fragment, uint256 contestUntil);

    /// @notice Emitted when a result went before the court.
    event Contested(TaskId indexed task, uint256 indexed fragment, DisputeSubject subject, address indexed claimant);

    /// @notice Emitted when a result is final. `accepted`: it counts as right; `planted`: it is wrong on purpose, and its node is
    /// paid nevertheless. Neither: its node is not paid.
    event Finalised(TaskId indexed task, uint256 indexed fragment, bool accepted, bool planted, bool byCourt);

    /// @notice Thrown when the review is not in a stage that the call needs.
    error WorkReviewWrongStage(TaskId task, uint256 fragment, ReviewStage stage);

    /// @notice Thrown when the entropy that decides about the audit is not known yet.
    error WorkReviewEntropyPending(uint256 ticket);

    /// @notice Thrown when the other node of a pair may still submit.
    error WorkReviewPairOpen(uint256 sibling, uint256 until);

    /// @notice Thrown when the time to contest is over, or not over.
    error WorkReviewTooLate(uint256 until, uint256 timestamp);
    error WorkReviewTooEarly(uint256 until, uint256 timestamp);

    /// @notice Thrown when the caller, or the claimant, has no standing.
    error WorkReviewNotParty(address account);

    /// @notice Thrown when the verdict is not one that the call is about.
    error WorkReviewWrongVerdict(CaseOutcome verdict);

    /// @notice Thrown when the owner approves a result that chance spared: others may still challenge it.
    error WorkReviewNotAudited(TaskId task, uint256 fragment);

    /// @notice Thrown when the result is not among the plants of the task.
    error WorkReviewNotPlanted(TaskId task, uint256 fragment, bytes32 result);

    /// @notice Lets chance decide whether verifiers judge a submitted result; opens the case if so. Open to anyone.
    function audit(WorkTerms calldata terms, uint32 fragment) external returns (uint256 caseId);

    /// @notice Takes the outcome of the case, concluding it if it can be, and pays its verifiers. Open to anyone.
    /// @dev Unverified with a sitting left: the result is judged again, by `audit`, without chance.
    function decide(WorkTerms calldata terms, uint32 fragment) external returns (CaseOutcome verdict);

    /// @notice Has a result audited that chance spared, with a bond of `CHALLENGE_BOND` CXT wei: back when it is rejected, with a
    /// part of what the node loses; back when it comes to no verdict or is a plant; the node's when it is accepted. Open to anyone
    /// while it can be contested.
    function challenge(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Proves a result that verifiers rejected or did not verify; it is final and paid. Only the node, while it can be contested.
    function prove(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external;

    /// @notice Makes a result that verifiers accepted final before its time. Only the owner.
    function approve(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Makes a rejected or unverified result final before its time. Only its node, and not while a plant of the task is hidden.
    function concede(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Reveals that the result is a plant, after the verdict and while it can be contested, or before the court while it has
    /// not ruled: what it rules on then is the plant. Open to whoever knows the salt.
    /// @dev Leaf: `keccak256(bytes.concat(keccak256(abi.encode(fragment, result, salt))))` below `plantRoot`.
    function revealPlant(
        WorkTerms calldata terms,
        uint32 fragment,
        bytes32 salt,
        bytes32[] calldata plantProof
    ) external;

    /// @notice Makes a result final that nobody contested in time, or on which the court did not rule in time. Open to anyone.
    function finalise(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Takes a result before the court. Restricted to the arbitration; while it can be contested.
    /// @param claimant Operator or payout address of the node, owner, or operator of a verifier that accepted: see `DisputeSubject`.
    /// @return subject What the dispute is about. @return node Node whose result it is. @return rulesBefore Last second for `rule`.
    function contest(
        WorkTerms calldata terms,
        uint32 fragment,
        address claimant
    ) external returns (DisputeSubject subject, NodeId node, uint256 rulesBefore);

    /// @notice Makes a disputed result final: `right` says whether the result is right. Restricted to the arbitration; in time.
    /// @dev Not right: what was accepted is rejected, every other verdict and a plant stand.
    function rule(WorkTerms calldata terms, uint32 fragment, bool right) external;

    /// @notice Review of the present result of a fragment.
    function reviewOf(TaskId task, uint32 fragment) external view returns (Review memory);

    /// @notice Chance that a result is audited, in basis points: all below a reputation of one half or without bond, then falling
    /// in a straight line to `MIN_AUDIT_BPS` at a reputation of one. Of labels always all.
    function auditRateOf(
        TaskId task,
        WorkTerms calldata terms,
        uint32 fragment
    ) external view returns (uint256 rateBps);
}
