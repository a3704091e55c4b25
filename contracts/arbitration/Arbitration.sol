// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

import {IBenchmarkRegistry} from "../benchmark/IBenchmarkRegistry.sol";
import {Cursor} from "../market/Fragments.sol";
import {IWorkMarket, WorkTerms} from "../market/IWorkMarket.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {DisputeSubject, IWorkReview} from "../review/IWorkReview.sol";
import {ISlasher, Verdict} from "../staking/ISlasher.sol";
import {IStakeVault, Stake} from "../staking/IStakeVault.sol";
import {SlashingRules} from "../staking/SlashingRules.sol";
import {NodeId, TaskId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {Appeals} from "./Appeals.sol";
import {ArbitrationLedger} from "./ArbitrationLedger.sol";
import {ArbitrationRules} from "./ArbitrationRules.sol";
import {Court} from "./Court.sol";
import {
    Action,
    ActionKind,
    ArbitrationSuite,
    Dispute,
    DisputeKind,
    DisputeStage,
    IArbitration,
    Ruling
} from "./IArbitration.sol";
import {RulingActions} from "./RulingActions.sol";

/// @title Arbitration
/// @dev INVARIANTS
/// - INV-ARB-1: sum of bonds and contributions of rounds that are not settled + sum of `owedTo` == `recordedTotal` <= balance;
///   the rest is donations.
/// - INV-ARB-2: a dispute gets one final ruling, and each of its actions succeeds at most once.
/// - INV-ARB-3: `MAX_DURATION` after it was opened every dispute is ruled by a call that anyone can make, whoever is silent.
/// - INV-ARB-4: neither side, nor the owner of the task, nor operator or payout address of the node, as of the opening, is drawn.
/// - INV-ARB-5: nothing can be executed but the actions that were announced when the dispute began, for its final ruling.
/// @dev RULINGS
/// - Result: right if the node or a verifier said so and won, or if the owner said it is wrong and did not; else wrong.
/// - Benchmark, Duplicate: for the claimant, the offence; else nothing.
/// - Undecided has the actions of a ruling for the respondent.
/// @dev TRUST
/// - Jurors: whoever holds most of their weight rules as it likes, within the actions above. Each round has a draw of its own.
/// - The entropy source: who can choose among two values can choose among two panels. What a dispute is worth has no bound here;
///   an appeal draws more than twice as many anew.
/// - The other contracts of the suite are immutable. This one holds the roles JUDGE, LIABILITY and ARBITER, and nobody has a
///   role here: no owner, no pause, no parameter.
/// @dev LIVENESS
/// - An action that fails is tried again by anyone, for ever; those that succeeded stay done. A ruling on a result comes too late
///   once the review no longer waits for it: what the fragment has then may be another result, of another node.
/// - Stake that is held goes free with the last action. It is held as far as it is free when the dispute opens.
contract Arbitration is Appeals, ReentrancyGuard {
    /// @notice Seconds from the opening of a dispute to its final ruling, at most.
    uint256 public constant MAX_DURATION = ArbitrationRules.MAX_DURATION;

    /// @notice Gas that `execute` needs to be left before each action.
    uint256 public constant GAS_NEEDED = RulingActions.GAS_NEEDED;

    /// @dev What a ruling for each side does, as hashes, and a bit for each action that was executed.
    /// @param until Last second at which it can be executed; zero for ever.
    struct Actions {
        bytes32 forClaimant;
        bytes32 forRespondent;
        uint216 executed;
        uint40 until;
    }

    IWorkReview private immutable _review;
    IWorkMarket private immutable _market;
    IBenchmarkRegistry private immutable _benchmarks;
    IReputation private immutable _reputation;
    IStakeVault private immutable _vault;
    ISlasher private immutable _slasher;

    /// @inheritdoc IArbitration
    uint256 public disputeCount;

    mapping(uint256 dispute => Actions actions) private _actions;

    /// @inheritdoc IArbitration
    mapping(bytes32 subject => uint256 dispute) public disputeAbout;

    constructor(
        ArbitrationSuite memory suite
    ) ArbitrationLedger(suite.vault.token(), suite.feeRouter) Court(suite.registry, suite.entropy) {
        _review = suite.review;
        _market = suite.market;
        _benchmarks = suite.benchmarks;
        _reputation = suite.reputation;
        _vault = suite.vault;
        _slasher = suite.slasher;
    }

    /// @inheritdoc IArbitration
    function claimResult(
        WorkTerms calldata terms,
        uint32 fragment,
        bytes32 evidence
    ) external returns (uint256 dispute) {
        // Check: the review says whether and what the caller may dispute, and for how long it waits. It is of this suite.
        (DisputeKind kind, NodeId node) = _contestResult(terms, fragment);

        // Effect: the dispute. An owner claims that the result is wrong, everybody else that it is right.
        bool right = kind != DisputeKind.Acceptance;
        Action[] memory forClaimant = RulingActions.ruleResult(terms, fragment, right);
        Action[] memory forRespondent = RulingActions.ruleResult(terms, fragment, !right);
        dispute = _open(kind, node, _subjectOf(kind, _market.taskIdOf(terms), fragment), forClaimant, forRespondent);
        _owners[dispute] = terms.owner;
        _submitEvidence(dispute, evidence);

        // Interaction: the bond.
        _pull(ArbitrationRules.BOND);
    }

    /// @inheritdoc IArbitration
    function claimBenchmark(NodeId node, bytes32 evidence) external returns (uint256 dispute) {
        // Check: a score that was measured, and that nobody disputes or disproved.
        uint256 measuredAt = _benchmarks.scoreOf(node).measuredAt;
        require(measuredAt != 0, ArbitrationNoScore(node));
        bytes32 subject = keccak256(abi.encode(DisputeKind.Benchmark, node, measuredAt));
        _requireFree(subject);

        // Effect: the dispute, about this score alone.
        uint96 bond = ArbitrationRules.BENCHMARK_BOND;
        (Verdict memory verdict, uint96 held) = _verdictOf(node, Offence.FakeBenchmark, bond);
        dispute = _open(DisputeKind.Benchmark, node, subject, RulingActions.punish(verdict, 0), new Action[](0));
        _submitEvidence(dispute, evidence);
        _hold(dispute, node, held);

        // Interaction: the bond.
        _pull(bond);
    }

    /// @inheritdoc IArbitration
    function claimDuplicate(
        WorkTerms calldata terms,
        uint32 fragment,
        TaskId original,
        uint32 originalFragment,
        bytes32 evidence
    ) external returns (uint256 dispute) {
        // Check: two results, the first of them recent, and that nobody disputes or disproved.
        TaskId task = _market.taskIdOf(terms);
        bool same = TaskId.unwrap(task) == TaskId.unwrap(original) && fragment == originalFragment;
        require(!same, ArbitrationNoResult(original, originalFragment));
        _requireResult(original, originalFragment);
        NodeId node = _requireResult(task, fragment);
        bytes32 subject = _subjectOf(DisputeKind.Duplicate, task, fragment);
        _requireFree(subject);

        // Effect: the dispute. What the node gained since the day on which it was drawn for this is annulled.
        uint256 requestedAt = _requireRecent(task, fragment);
        (Verdict memory verdict, uint96 held) = _verdictOf(node, Offence.DuplicateSubmission, ArbitrationRules.BOND);
        dispute = _open(
            DisputeKind.Duplicate,
            node,
            subject,
            RulingActions.punish(verdict, requestedAt / 1 days),
            new Action[](0)
        );
        _owners[dispute] = terms.owner;
        _submitEvidence(dispute, evidence);
        _hold(dispute, node, held);

        // Interaction: the bond.
        _pull(ArbitrationRules.BOND);
    }

    /// @inheritdoc IArbitration
    function contest(uint256 dispute, bytes32 evidence) external {
        // Check: claimed, in time, by another.
        Dispute storage data = _requireStage(dispute, DisputeStage.Claimed);
        _requireInTime(dispute, data.deadline);
        require(msg.sender != data.claimant, ArbitrationOwnClaim(dispute, msg.sender));

        // Effect: it goes to the court.
        uint256 bond = data.bond;
        data.respondent = msg.sender;
        _beginRound(data, 0);

        emit DisputeContested(dispute, msg.sender, bond);
        _submitEvidence(dispute, evidence);

        // Interaction: the bond.
        _pull(bond);
    }

    /// @inheritdoc IArbitration
    function submitEvidence(uint256 dispute, bytes32 digest) external {
        DisputeStage stage = _disputes[dispute].stage;
        require(stage != DisputeStage.None && stage < DisputeStage.Ruled, ArbitrationWrongStage(dispute, stage));
        _submitEvidence(dispute, digest);
    }

    /// @inheritdoc IArbitration
    function advance(uint256 dispute) external returns (DisputeStage stage) {
        // Effect: all that is due, at most four steps: each leads to a later stage, and only calls by others begin a round.
        Dispute storage data = _disputes[dispute];
        DisputeStage before = data.stage;
        bool moved = true;
        while (moved) moved = _step(dispute, data);

        // Check: something was.
        stage = data.stage;
        require(before != DisputeStage.None && before < DisputeStage.Ruled, ArbitrationWrongStage(dispute, before));
        require(stage != before, ArbitrationTooEarly(dispute, data.deadline, block.timestamp));
    }

    /// @inheritdoc IArbitration
    function execute(uint256 dispute, Action[] calldata actions) external nonReentrant returns (bool done) {
        // Check: final, and exactly what was announced for the ruling.
        Dispute storage data = _requireStage(dispute, DisputeStage.Ruled);
        Actions storage announced = _actions[dispute];
        bytes32 expected = data.ruling == Ruling.Claimant ? announced.forClaimant : announced.forRespondent;
        bytes32 given = RulingActions.hash(actions);
        require(given == expected, ArbitrationWrongActions(dispute, given, expected));
        uint256 until = announced.until;
        if (until != 0) _requireInTime(dispute, until);

        // Effect and interaction, for each: counts as executed before it is called, and no longer if it failed.
        done = true;
        for (uint256 i = 0; i < actions.length; ++i) {
            // The cast is safe: a ruling has at most two actions.
            uint216 bit = uint216(1 << i);
            if (announced.executed & bit != 0) continue;
            announced.executed |= bit;
            bool success = _perform(dispute, i, actions[i]);
            if (!success) announced.executed &= ~bit;
            done = done && success;
        }
        if (!done) return false;

        // Effect: over.
        data.stage = DisputeStage.Executed;

        // Interaction: the node's stake is free.
        if (data.held != 0) _vault.unhold(data.node, data.held);
    }

    /// @inheritdoc IArbitration
    function actionsOf(
        uint256 dispute
    ) external view returns (bytes32 claimantActions, bytes32 respondentActions, uint256 executed) {
        Actions storage announced = _actions[dispute];
        return (announced.forClaimant, announced.forRespondent, announced.executed);
    }

    /// @dev Takes a result before the court, for the caller, as the next dispute. The kinds of results are the subjects of the
    /// review, in its order.
    function _contestResult(WorkTerms calldata terms, uint32 fragment) private returns (DisputeKind kind, NodeId node) {
        DisputeSubject about;
        uint256 rulesBefore;
        (about, node, rulesBefore) = _review.contest(terms, fragment, msg.sender);
        uint256 needed = block.timestamp + MAX_DURATION;
        require(rulesBefore >= needed, ArbitrationNoTimeToRule(rulesBefore, needed));
        kind = DisputeKind(uint8(about));
        // The dispute that is opened next. Cast is safe: seconds fit for 34,000 years.
        _actions[disputeCount + 1].until = uint40(rulesBefore);
    }

    /// @dev Opens a dispute of the caller. Casts are safe: seconds fit for 34,000 years.
    function _open(
        DisputeKind kind,
        NodeId node,
        bytes32 subject,
        Action[] memory forClaimant,
        Action[] memory forRespondent
    ) private returns (uint256 dispute) {
        dispute = ++disputeCount;
        disputeAbout[subject] = dispute;
        _payouts[dispute] = _registry.payoutOf(node);
        uint96 bond = ArbitrationRules.bondOf(kind);
        uint256 until = block.timestamp + ArbitrationRules.CLAIM_WINDOW;
        Dispute storage data = _disputes[dispute];
        data.kind = kind;
        data.stage = DisputeStage.Claimed;
        data.deadline = uint40(until);
        data.claimant = msg.sender;
        data.node = node;
        data.openedAt = uint40(block.timestamp);
        data.bond = bond;
        data.subject = subject;
        _actions[dispute].forClaimant = RulingActions.hash(forClaimant);
        _actions[dispute].forRespondent = RulingActions.hash(forRespondent);

        emit DisputeOpened(dispute, kind, msg.sender, node, subject, bond, until, forClaimant, forRespondent);
    }

    /// @dev Holds what an offence would cost.
    function _hold(uint256 dispute, NodeId node, uint96 amount) private {
        if (amount == 0) return;
        _disputes[dispute].held = amount;
        // Always held: it is at most what is free.
        _vault.hold(node, amount);
    }

    /// @dev Makes the call of one action, with enough gas that only the action itself can fail.
    function _perform(uint256 dispute, uint256 index, Action calldata action) private returns (bool success) {
        require(gasleft() >= GAS_NEEDED, ArbitrationNotEnoughGas(gasleft(), GAS_NEEDED));
        bytes memory result;
        (success, result) = RulingActions.perform(action, _targetOf(action.kind));

        emit ActionExecuted(dispute, index, action.kind, success, result);
    }

    /// @dev Takes one step that is due; whether it was.
    function _step(uint256 dispute, Dispute storage data) private returns (bool) {
        DisputeStage stage = data.stage;
        if (stage == DisputeStage.Committing) return _openReveal(dispute, data);
        if (stage == DisputeStage.Revealing) return _count(dispute, data);
        if (stage == DisputeStage.Appealing) return _closeAppeal(dispute, data);
        bool isClaimed = stage == DisputeStage.Claimed;
        if (!isClaimed && stage != DisputeStage.Drawing) return false;
        if (block.timestamp <= data.deadline) return false;

        // Uncontested: for the claimant. Too few jurors: what the round before ruled; of round 0 nothing.
        _finish(dispute, data, isClaimed ? Ruling.Claimant : data.ruling);
        return true;
    }

    function _submitEvidence(uint256 dispute, bytes32 digest) private {
        require(digest != bytes32(0), ArbitrationEmptyEvidence(msg.sender));
        emit EvidenceSubmitted(dispute, msg.sender, digest);
    }

    /// @dev The offence as the slasher is told of it, by the stake now, and what of that can be held. Casts are safe: a stake is
    /// below 2^88.
    function _verdictOf(
        NodeId node,
        Offence offence,
        uint256 bond
    ) private view returns (Verdict memory verdict, uint96 held) {
        Stake memory stake = _vault.stakeDataOf(node);
        verdict = Verdict({node: node, offence: offence, base: stake.tokens, reporter: msg.sender, reporterBond: bond});
        uint256 free = Math.saturatingSub(stake.tokens, stake.held);
        held = uint96(Math.min(free, SlashingRules.slashUp(offence, stake.tokens)));
    }

    /// @dev Reverts when a subject is disputed, or was ruled for a claimant.
    function _requireFree(bytes32 subject) private view {
        uint256 last = disputeAbout[subject];
        Dispute storage data = _disputes[last];
        bool isFree = last == 0 || (data.stage >= DisputeStage.Ruled && data.ruling != Ruling.Claimant);
        require(isFree, ArbitrationSubjectTaken(subject, last));
    }

    /// @dev The node of a result; reverts when there is none.
    function _requireResult(TaskId task, uint32 fragment) private view returns (NodeId node) {
        bytes32 result;
        (result, node, ) = _market.resultOf(task, fragment);
        require(result != bytes32(0), ArbitrationNoResult(task, fragment));
    }

    /// @dev Names the present result of a fragment, for a kind of dispute.
    function _subjectOf(DisputeKind kind, TaskId task, uint32 fragment) private view returns (bytes32) {
        (bytes32 result, , ) = _market.resultOf(task, fragment);
        return keccak256(abi.encode(kind, task, fragment, result));
    }

    /// @dev Second of the request of the draw of a result that can be called a duplicate in time.
    function _requireRecent(TaskId task, uint32 fragment) private view returns (uint256 requestedAt) {
        Cursor memory cursor = _market.cursorOf(task, fragment);
        uint256 until = cursor.deadline + ArbitrationRules.DUPLICATE_WINDOW;
        require(block.timestamp <= until, ArbitrationDuplicateTooLate(until, block.timestamp));
        return cursor.requestedAt;
    }

    /// @dev The contract that an action of `kind` calls.
    function _targetOf(ActionKind kind) private view returns (address) {
        if (kind == ActionKind.RuleResult) return address(_review);
        return kind == ActionKind.Slash ? address(_slasher) : address(_reputation);
    }
}
