// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {
    Case,
    CaseOutcome,
    CasePhase,
    CaseRequest,
    IVerifierCommittee,
    Seat,
    Truth,
    Vote
} from "../committee/IVerifierCommittee.sol";
import {Claim, Delivery, IWorkMarket, WorkTerms} from "../market/IWorkMarket.sol";
import {EntropyStatus, IEntropySource} from "../matching/IEntropySource.sol";
import {IScheduler} from "../matching/IScheduler.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {NodeId, TaskId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {DisputeSubject, IWorkReview, Review, ReviewStage} from "./IWorkReview.sol";
import {ReviewRules} from "./ReviewRules.sol";

/// @title WorkReview
/// @dev INVARIANTS
/// - INV-REV-1: every submitted result ends in exactly one call of `accept` or `reject`: the stage is None, and the result gone
///   from the market, from then on.
/// - INV-REV-2: from every stage calls that anyone can make end the review in bounded time: `audit`, the calls of the committee and
///   `decide`, `finalise`.
/// - INV-REV-3: a planted result earns its node and the verifiers who judge it right no less than an honest one.
/// - INV-REV-4: at most `ReviewRules.MAX_SITTINGS` committees sit on a fragment, whatever becomes of its results, so that what the
///   market reserved pays all of them.
/// @dev WHO WINS WHEN ALL ARE SILENT
/// - A verdict that nobody contests stands. A court that does not rule in time leaves the verdict, or the plant, as it is.
/// - Two committees without a verdict: the owner keeps its money, the node its stake and its way to a proof or the court.
/// - A ruling that a node is not right leaves the verdict: no node is punished for a result that was never judged wrong.
/// @dev CHALLENGES
/// - `approve` is only for results that verifiers judged. Else an owner whose own node did the work would take from everyone
///   the time to challenge what chance spared, and the match of the pool with it.
/// - A bond goes back also when verifiers come to no verdict and when the result was planted: the challenger was not wrong.
/// @dev PLANTS
/// - The node that submitted a plant may be of those who accepted it. So it can neither concede a rejected result while a plant of the
///   task is hidden, nor keep it from being revealed by taking it to the court.
/// @dev TRUST
/// - Market, committee, scheduler, its source of entropy and node registry are immutable addresses of this suite and call nobody
///   else's code. Every call of them that fails, fails the whole call: a caller without gas leaves nothing half done.
/// - The arbiter decides disputed results, and no other. Within its time: later the verdict stands.
/// - Who can influence the entropy can spare one of its results in so many; `maxFee` of the market bounds what that is worth.
contract WorkReview is IWorkReview, AccessManaged {
    /// @dev What a call is about.
    struct Matter {
        TaskId task;
        uint32 fragment;
        Review review;
        Delivery delivery;
    }

    /// @notice CXT wei that a challenger risks: 10 CXT.
    uint256 public constant CHALLENGE_BOND = 10e18;

    /// @notice Seconds that the court has for a disputed result: longer than any of its disputes takes, by the time that somebody
    /// needs to execute its ruling. Together with every time before it, shorter than stake takes to leave (FM-02).
    uint256 public constant MAX_DISPUTE = 9 days;

    IWorkMarket private immutable _market;
    IVerifierCommittee private immutable _committee;
    IEntropySource private immutable _entropy;
    INodeRegistry private immutable _registry;

    mapping(TaskId task => mapping(uint32 fragment => Review review)) private _reviews;
    mapping(TaskId task => uint256 count) private _revealedPlants;

    constructor(
        address initialAuthority,
        IWorkMarket market,
        IVerifierCommittee committee,
        IScheduler scheduler,
        INodeRegistry registry
    ) AccessManaged(initialAuthority) {
        _market = market;
        _committee = committee;
        _entropy = scheduler.entropySource();
        _registry = registry;
    }

    /// @inheritdoc IWorkReview
    function audit(WorkTerms calldata terms, uint32 fragment) external returns (uint256 caseId) {
        // Check: submitted, not under review, and the other of a pair had its time.
        Matter memory matter = _load(terms, fragment);
        _requireStage(matter, ReviewStage.None);
        bool forced = matter.review.forced;
        if (!forced) _requirePairDone(terms, matter);

        // Check: chance is known, if it decides.
        uint256 rateBps = forced ? BPS : _auditRateUp(terms, matter.delivery);
        if (rateBps == BPS || _isChosen(matter, rateBps)) return _openCase(terms, matter, rateBps);

        // Effect: it is accepted as it is, unless somebody contests it.
        emit Audited(matter.task, fragment, rateBps, 0);
        _decide(terms, matter, CaseOutcome.Accepted, 100);
    }

    /// @inheritdoc IWorkReview
    function decide(WorkTerms calldata terms, uint32 fragment) external returns (CaseOutcome verdict) {
        // Check: verifiers sit on it.
        Matter memory matter = _load(terms, fragment);
        _requireStage(matter, ReviewStage.Voting);

        // Interaction: the outcome first, on which everything depends. It reverts while it is too early.
        uint256 caseId = matter.review.caseId;
        uint256 score;
        (verdict, score) = _conclude(caseId);

        // Effect: a verdict, or another sitting.
        bool again = verdict == CaseOutcome.Unverified && matter.review.sittings < ReviewRules.MAX_SITTINGS;
        if (again) {
            matter.review.stage = ReviewStage.None;
            matter.review.forced = true;
            _save(matter);
            emit Decided(matter.task, fragment, verdict, 0, 0);
        } else {
            _decide(terms, matter, verdict, score);
        }

        // Interaction: verifiers are paid for a verdict, whatever it is.
        (NodeId[] memory judged, NodeId[] memory abstained) = _committee.revealedOf(caseId);
        if (judged.length + abstained.length != 0) _market.payVerifiers(terms, fragment, judged, abstained);
        if (again) _committee.close(caseId, Truth.Unknown, address(0), 0);
    }

    /// @inheritdoc IWorkReview
    function challenge(WorkTerms calldata terms, uint32 fragment) external {
        // Check: chance spared it, in time. A committee is left: one that sat on another result of the fragment was the first.
        Matter memory matter = _load(terms, fragment);
        _requireContestable(matter, ReviewStage.Decided);
        Review memory review = matter.review;
        require(!review.audited, WorkReviewWrongVerdict(review.verdict));

        // Effect: it is to be audited, for sure.
        review.stage = ReviewStage.None;
        review.verdict = CaseOutcome.None;
        review.forced = true;
        review.challenger = msg.sender;
        _save(matter);
        emit Challenged(matter.task, fragment, msg.sender, CHALLENGE_BOND);

        // Interaction: pull the bond; the whole call reverts if it does not come.
        _market.takeBond(matter.task, msg.sender, CHALLENGE_BOND);
    }

    /// @inheritdoc IWorkReview
    function prove(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external {
        // Check: its node, not accepted, in time, and proved.
        Matter memory matter = _load(terms, fragment);
        _requireContestable(matter, ReviewStage.Decided);
        _requireNotAccepted(matter);
        _requireOperator(matter);
        _market.requireProved(terms, fragment, claim);

        _finish(terms, matter, Truth.Accepted, BPS, false);
    }

    /// @inheritdoc IWorkReview
    function approve(WorkTerms calldata terms, uint32 fragment) external {
        // Check: the owner, and a result that verifiers accepted.
        Matter memory matter = _load(terms, fragment);
        _requireStage(matter, ReviewStage.Decided);
        require(msg.sender == terms.owner, WorkReviewNotParty(msg.sender));
        _requireAccepted(matter);
        require(matter.review.audited, WorkReviewNotAudited(matter.task, fragment));

        _finishAsDecided(terms, matter, false);
    }

    /// @inheritdoc IWorkReview
    function concede(WorkTerms calldata terms, uint32 fragment) external {
        // Check: its node, and a result that was not accepted.
        Matter memory matter = _load(terms, fragment);
        _requireStage(matter, ReviewStage.Decided);
        _requireNotAccepted(matter);
        _requireOperator(matter);
        uint256 until = matter.review.contestUntil;
        bool hidden = _revealedPlants[matter.task] < terms.plants;
        require(!hidden || block.timestamp > until, WorkReviewTooEarly(until, block.timestamp));

        _finishAsDecided(terms, matter, false);
    }

    /// @inheritdoc IWorkReview
    function revealPlant(
        WorkTerms calldata terms,
        uint32 fragment,
        bytes32 salt,
        bytes32[] calldata plantProof
    ) external {
        // Check: decided, or before the court, in time, committed to as a plant, and a jackpot is left for it.
        Matter memory matter = _load(terms, fragment);
        Review memory review = matter.review;
        bool disputed = review.stage == ReviewStage.Disputed && review.before == ReviewStage.Decided;
        _requireContestable(matter, disputed ? ReviewStage.Disputed : ReviewStage.Decided);
        (TaskId task, bytes32 result) = (matter.task, matter.delivery.result);
        uint256 revealed = _revealedPlants[task];
        require(
            revealed < terms.plants && ReviewRules.isPlant(terms.plantRoot, fragment, result, salt, plantProof),
            WorkReviewNotPlanted(task, fragment, result)
        );

        // Effect: verifiers who say that it is right have as long as others to say so; the court that has it already rules on that.
        _revealedPlants[task] = revealed + 1;
        if (disputed) {
            review.before = ReviewStage.Planted;
        } else {
            review.stage = ReviewStage.Planted;
            review.contestUntil = _after(terms.challengeDuration);
        }
        _save(matter);
        emit PlantRevealed(task, fragment, review.contestUntil);
    }

    /// @inheritdoc IWorkReview
    function finalise(WorkTerms calldata terms, uint32 fragment) external {
        // Check: nobody can contest it any more, or the court had its time.
        Matter memory matter = _load(terms, fragment);
        ReviewStage stage = matter.review.stage;
        require(
            stage == ReviewStage.Decided || stage == ReviewStage.Planted || stage == ReviewStage.Disputed,
            WorkReviewWrongStage(matter.task, fragment, stage)
        );
        uint256 until = matter.review.contestUntil;
        require(block.timestamp > until, WorkReviewTooEarly(until, block.timestamp));

        _finishAsDecided(terms, matter, false);
    }

    /// @inheritdoc IWorkReview
    function contest(
        WorkTerms calldata terms,
        uint32 fragment,
        address claimant
    ) external restricted returns (DisputeSubject subject, NodeId node, uint256 rulesBefore) {
        // Check: in time, and the claimant has a part in it.
        Matter memory matter = _load(terms, fragment);
        Review memory review = matter.review;
        bool planted = review.stage == ReviewStage.Planted;
        _requireContestable(matter, planted ? ReviewStage.Planted : ReviewStage.Decided);
        node = matter.delivery.node;
        if (planted) subject = DisputeSubject.Plant;
        else if (review.verdict == CaseOutcome.Accepted) subject = DisputeSubject.Acceptance;
        else subject = DisputeSubject.Verdict;
        require(_hasStanding(terms, matter, subject, claimant), WorkReviewNotParty(claimant));

        // Effect: nobody but the court, or time, ends it.
        review.before = review.stage;
        review.stage = ReviewStage.Disputed;
        review.contestUntil = _after(MAX_DISPUTE);
        rulesBefore = review.contestUntil;
        _save(matter);
        emit Contested(matter.task, fragment, subject, claimant);
    }

    /// @inheritdoc IWorkReview
    function rule(WorkTerms calldata terms, uint32 fragment, bool right) external restricted {
        // Check: disputed, and in time.
        Matter memory matter = _load(terms, fragment);
        Review memory review = matter.review;
        _requireContestable(matter, ReviewStage.Disputed);

        // A result that the court calls right is accepted. Else: a plant stays one, and only what was accepted becomes rejected.
        bool overturned = review.before == ReviewStage.Decided && review.verdict == CaseOutcome.Accepted;
        if (right) {
            _finish(terms, matter, Truth.Accepted, ReviewRules.qualityOf(terms, review.score), true);
        } else if (overturned) {
            _finish(terms, matter, Truth.Rejected, 0, true);
        } else {
            _finishAsDecided(terms, matter, true);
        }
    }

    /// @inheritdoc IWorkReview
    function reviewOf(TaskId task, uint32 fragment) external view returns (Review memory) {
        return _reviews[task][fragment];
    }

    /// @inheritdoc IWorkReview
    function auditRateOf(
        TaskId task,
        WorkTerms calldata terms,
        uint32 fragment
    ) external view returns (uint256 rateBps) {
        return _auditRateUp(terms, _deliveryOf(task, fragment));
    }

    /// @dev Opens a case on the result: its next sitting.
    function _openCase(
        WorkTerms calldata terms,
        Matter memory matter,
        uint256 rateBps
    ) private returns (uint256 caseId) {
        // Effect: verifiers sit on it.
        Review memory review = matter.review;
        review.stage = ReviewStage.Voting;
        review.audited = true;
        review.sittings += 1;
        _save(matter);

        // Interaction: the committee, which calls nobody back. Then the number that it gave; one a block would fill 64 bits never.
        caseId = _committee.open(
            CaseRequest({
                subject: matter.delivery.result,
                executor: matter.delivery.node,
                owner: terms.owner,
                kind: terms.kind,
                size: terms.verifiers,
                acceptScore: terms.acceptScore,
                voteDuration: terms.voteDuration
            })
        );
        _reviews[matter.task][matter.fragment].caseId = uint64(caseId);
        emit Audited(matter.task, matter.fragment, rateBps, caseId);
    }

    /// @dev Concludes a case if nobody did, and returns what it came to.
    function _conclude(uint256 caseId) private returns (CaseOutcome outcome, uint256 score) {
        Case memory data = _committee.caseOf(caseId);
        if (data.phase != CasePhase.Concluded) {
            _committee.conclude(caseId);
            data = _committee.caseOf(caseId);
            require(data.phase == CasePhase.Concluded, WorkReviewTooEarly(data.deadline, block.timestamp));
        }
        return (data.outcome, data.score);
    }

    /// @dev Records a verdict, which can be contested from now on. Cast is safe: a score is at most 100.
    function _decide(WorkTerms calldata terms, Matter memory matter, CaseOutcome verdict, uint256 score) private {
        Review memory review = matter.review;
        review.stage = ReviewStage.Decided;
        review.verdict = verdict;
        review.score = uint8(score);
        review.contestUntil = _after(terms.challengeDuration);
        _save(matter);

        emit Decided(matter.task, matter.fragment, verdict, score, review.contestUntil);
    }

    /// @dev Makes a result final by its verdict, or as a plant.
    function _finishAsDecided(WorkTerms calldata terms, Matter memory matter, bool byCourt) private {
        Review memory review = matter.review;
        bool planted = review.stage == ReviewStage.Planted || review.before == ReviewStage.Planted;
        if (planted) {
            _finish(terms, matter, Truth.Planted, BPS, byCourt);
        } else if (review.verdict == CaseOutcome.Accepted) {
            _finish(terms, matter, Truth.Accepted, ReviewRules.qualityOf(terms, review.score), byCourt);
        } else {
            _finish(terms, matter, review.verdict == CaseOutcome.Rejected ? Truth.Rejected : Truth.Unknown, 0, byCourt);
        }
    }

    /// @dev Makes a result final.
    /// @param truth What is true of it; Unknown when no committee could tell.
    /// @param qualityBps What it is worth, when its node is paid.
    function _finish(
        WorkTerms calldata terms,
        Matter memory matter,
        Truth truth,
        uint256 qualityBps,
        bool byCourt
    ) private {
        // Effect: the review is over. What outlives it is how many committees sat on the fragment.
        (TaskId task, uint32 fragment, Review memory review) = (matter.task, matter.fragment, matter.review);
        Review memory next;
        next.sittings = review.sittings;
        _reviews[task][fragment] = next;
        bool planted = truth == Truth.Planted;
        emit Finalised(task, fragment, truth == Truth.Accepted, planted, byCourt);

        // Interaction: bond and jackpot, before the market gives back what is left.
        uint256 bond = review.challenger == address(0) ? 0 : CHALLENGE_BOND;
        if (bond != 0) {
            bool lost = truth == Truth.Accepted;
            _market.giveBond(task, lost ? _registry.payoutOf(matter.delivery.node) : review.challenger, bond);
        }
        if (planted) _market.payJackpot(terms, fragment, _whoVoted(review.caseId, Vote.Reject));

        // Interaction: the node is paid, or not.
        if (planted || truth == Truth.Accepted) {
            _market.accept(terms, fragment, qualityBps);
        } else {
            bool reopens = review.sittings < ReviewRules.MAX_SITTINGS;
            _market.reject(terms, fragment, truth == Truth.Rejected, review.challenger, bond, reopens);
        }

        // Interaction: verifiers answer for their verdicts. Of a plant to the owner, who risked the jackpot.
        if (review.caseId == 0) return;
        _committee.close(review.caseId, truth, planted ? terms.owner : address(0), planted ? terms.jackpot : 0);
    }

    function _save(Matter memory matter) private {
        _reviews[matter.task][matter.fragment] = matter.review;
    }

    /// @dev The review and the result of a fragment; reverts when nothing is submitted, also for terms that nobody published.
    function _load(WorkTerms calldata terms, uint32 fragment) private view returns (Matter memory matter) {
        matter.task = _market.taskIdOf(terms);
        matter.fragment = fragment;
        matter.delivery = _deliveryOf(matter.task, fragment);
        matter.review = _reviews[matter.task][fragment];
    }

    function _deliveryOf(TaskId task, uint32 fragment) private view returns (Delivery memory delivery) {
        delivery = _market.deliveryOf(task, fragment);
        require(NodeId.unwrap(delivery.node) != 0, IWorkMarket.WorkMarketNothingSubmitted(task, fragment));
    }

    function _isChosen(Matter memory matter, uint256 rateBps) private view returns (bool) {
        Delivery memory delivery = matter.delivery;
        (EntropyStatus status, bytes32 value) = _entropy.read(delivery.ticket);
        require(status != EntropyStatus.Pending, WorkReviewEntropyPending(delivery.ticket));
        // Entropy that nobody used in time spares nobody: else a node that it chose would wait for that.
        if (status == EntropyStatus.Expired) return true;
        return ReviewRules.isChosen(value, matter.task, matter.fragment, delivery.submittedAt, rateBps);
    }

    /// @dev Whether `claimant` may take the result before the court.
    function _hasStanding(
        WorkTerms calldata terms,
        Matter memory matter,
        DisputeSubject subject,
        address claimant
    ) private view returns (bool) {
        NodeId node = matter.delivery.node;
        if (subject == DisputeSubject.Acceptance) return claimant == terms.owner;
        if (subject == DisputeSubject.Verdict) {
            return claimant == _registry.operatorOf(node) || claimant == _registry.payoutOf(node);
        }
        NodeId verifier = _registry.nodeOf(claimant);
        if (NodeId.unwrap(verifier) == 0) return false;
        NodeId[] memory accepters = _whoVoted(matter.review.caseId, Vote.Accept);
        for (uint256 i = 0; i < accepters.length; ++i) if (accepters[i] == verifier) return true;
        return false;
    }

    /// @dev Verifiers of a case who revealed `vote`; nobody of no case. At most 15 seats.
    function _whoVoted(uint256 caseId, Vote vote) private view returns (NodeId[] memory voters) {
        if (caseId == 0) return voters;
        Seat[] memory seats = _committee.seatsOf(caseId);
        uint256 count;
        for (uint256 i = 0; i < seats.length; ++i) if (seats[i].vote == vote) ++count;
        voters = new NodeId[](count);
        for (uint256 i = seats.length; i > 0; --i) {
            if (seats[i - 1].vote == vote) voters[--count] = seats[i - 1].verifier;
        }
    }

    function _requirePairDone(WorkTerms calldata terms, Matter memory matter) private view {
        if (!terms.paired) return;
        uint32 sibling = ReviewRules.siblingOf(matter.fragment);
        uint256 until = ReviewRules.pairOpenUntil(terms, matter.delivery);
        if (block.timestamp > until) return;
        if (NodeId.unwrap(_market.deliveryOf(matter.task, sibling).node) != 0) return;
        (, , bool isFinal) = _market.resultOf(matter.task, sibling);
        require(isFinal, WorkReviewPairOpen(sibling, until));
    }

    function _requireContestable(Matter memory matter, ReviewStage needed) private view {
        _requireStage(matter, needed);
        uint256 until = matter.review.contestUntil;
        require(block.timestamp <= until, WorkReviewTooLate(until, block.timestamp));
    }

    function _requireOperator(Matter memory matter) private view {
        require(msg.sender == _registry.operatorOf(matter.delivery.node), WorkReviewNotParty(msg.sender));
    }

    /// @dev Cast is safe: a second is below 2^40 for 34,000 years.
    function _after(uint256 duration) private view returns (uint40) {
        return uint40(block.timestamp + duration);
    }

    function _auditRateUp(WorkTerms calldata terms, Delivery memory delivery) private pure returns (uint256) {
        return ReviewRules.auditRateUp(terms.kind, delivery.bond, delivery.scoreBps);
    }

    function _requireStage(Matter memory matter, ReviewStage needed) private pure {
        ReviewStage stage = matter.review.stage;
        require(stage == needed, WorkReviewWrongStage(matter.task, matter.fragment, stage));
    }

    function _requireAccepted(Matter memory matter) private pure {
        CaseOutcome verdict = matter.review.verdict;
        require(verdict == CaseOutcome.Accepted, WorkReviewWrongVerdict(verdict));
    }

    function _requireNotAccepted(Matter memory matter) private pure {
        CaseOutcome verdict = matter.review.verdict;
        require(verdict != CaseOutcome.Accepted, WorkReviewWrongVerdict(verdict));
    }
}
