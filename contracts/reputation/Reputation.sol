// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IScheduler} from "../matching/IScheduler.sol";
import {INodeRegistry, Node, NodeStatus} from "../registry/INodeRegistry.sol";
import {NodeLifecycle} from "../registry/NodeLifecycle.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {BPS, WAD} from "../types/Units.sol";
import {Conduct, IReputation, Reason} from "./IReputation.sol";
import {ReputationMath} from "./ReputationMath.sol";

/// @title Reputation
/// @dev INVARIANTS
/// - INV-REP-1: scoreOf(node) <= WAD for every node.
/// - INV-REP-2: what `scoreAt` answered about a past moment never changes.
/// - INV-REP-3: the counters of a node only grow.
/// - INV-REP-4: what the scheduler was told is never above the score last recorded, in basis points.
/// @dev HISTORY
/// - One entry for each day with a change, written at the first change of a later day: the score at the end of its day. Until
///   then that score is the one in `Conduct`. So a change costs a new slot at most once a day, and a day that is over has
///   exactly one answer, which no later change reaches.
/// @dev TRUST
/// - The recorders can lift or sink any score, and through it suspend or remove any node. They reach no stake and no token.
/// - Registry and scheduler are immutable addresses of this suite; this contract holds the roles DISCIPLINE and REPUTATION.
/// @dev LIVENESS
/// - An offence is recorded whatever the status of the node: it never blocks the slasher.
/// - A suspension made here ends by time alone, by anyone; one of the committee is the committee's to end.
contract Reputation is IReputation, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice A node whose score falls below this is suspended: 0.2.
    uint256 public constant SUSPENSION_SCORE = 0.2e18;

    /// @notice A node suspended here is let in again from this score on: 0.3.
    uint256 public constant REHABILITATION_SCORE = 0.3e18;

    /// @notice The third violation within this time removes a node.
    uint256 public constant VIOLATION_WINDOW = 180 days;

    /// @notice A rise is reported to the scheduler from this size on: 0.05.
    uint256 public constant PUSH_STEP_BPS = 500;

    /// @dev Score of one basis point.
    uint256 private constant SCORE_PER_BPS = WAD / BPS;

    INodeRegistry private immutable _registry;
    IScheduler private immutable _scheduler;

    mapping(NodeId node => Conduct conduct) private _conducts;
    mapping(NodeId node => Checkpoints.Trace208 dayEnds) private _history;

    constructor(
        address initialAuthority,
        INodeRegistry registry,
        IScheduler scheduler
    ) AccessManaged(initialAuthority) {
        _registry = registry;
        _scheduler = scheduler;
    }

    /// @inheritdoc IReputation
    function recordMeasured(NodeId node) external restricted {
        // Check: never measured before.
        Conduct storage conduct = _conducts[node];
        if (conduct.updatedAt != 0) return;

        // Effect: the initial score. Casts are safe: a score is at most 1e18, a second below 2^40 for 34,000 years.
        conduct.score = uint64(ReputationMath.NEUTRAL);
        conduct.updatedAt = uint40(block.timestamp);

        emit ScoreUpdated(node, Reason.Measured, 0, ReputationMath.NEUTRAL, 0);

        // Interaction: the scheduler hears of it.
        _report(node, conduct);
    }

    /// @inheritdoc IReputation
    function recordCompleted(NodeId node, uint256 quality) external restricted {
        _recordCompleted(node, quality);
    }

    /// @inheritdoc IReputation
    function recordCompletedMany(NodeId[] calldata nodes, uint256[] calldata qualities) external restricted {
        require(nodes.length == qualities.length, ReputationLengthMismatch(nodes.length, qualities.length));
        for (uint256 i = 0; i < nodes.length; ++i) _recordCompleted(nodes[i], qualities[i]);
    }

    /// @inheritdoc IReputation
    function recordRefused(NodeId node) external restricted {
        // Effect: count it and lower the score.
        Conduct storage conduct = _conducts[node];
        uint256 score = _decayed(conduct);
        conduct.refused += 1;
        uint256 newScore = ReputationMath.afterLossDown(score, ReputationMath.SMALL_LOSS);
        _record(node, conduct, score, newScore, Reason.Refused, 0);

        // Interaction: the scheduler hears of the fall.
        _reportIfDue(node, conduct);
    }

    /// @inheritdoc IReputation
    function recordOffence(NodeId node, Offence offence) external restricted {
        // Check: there is an offence.
        require(offence != Offence.None, ReputationNoOffence(node));

        // Effect: count it and lower the score.
        Conduct storage conduct = _conducts[node];
        uint256 score = _decayed(conduct);
        (Reason reason, bool removes) = _count(conduct, offence);
        uint256 newScore = ReputationMath.afterLossDown(score, ReputationMath.lossOf(offence));
        _record(node, conduct, score, newScore, reason, uint256(offence));

        // Interaction: the node is taken out if it has to be, and the scheduler hears of the fall.
        _discipline(node, conduct, removes);
        _report(node, conduct);
    }

    /// @inheritdoc IReputation
    function annul(NodeId node, uint256 day) external restricted {
        // Effect: at most what it was before that day. `_scoreAt` refuses a day that is to come.
        Conduct storage conduct = _conducts[node];
        uint256 score = _decayed(conduct);
        uint256 before = _scoreAt(node, day * 1 days);
        uint256 newScore = Math.min(score, before == 0 ? ReputationMath.NEUTRAL : before);
        _record(node, conduct, score, newScore, Reason.Annulled, day);

        // Interaction: the node is taken out if its score is too low now, and the scheduler hears of the fall.
        _discipline(node, conduct, false);
        _report(node, conduct);
    }

    /// @inheritdoc IReputation
    function sync(NodeId node) external {
        _report(node, _conducts[node]);
    }

    /// @inheritdoc IReputation
    function rehabilitate(NodeId node) external {
        // Check: suspended by this contract, still, and recovered.
        Conduct storage conduct = _conducts[node];
        Node memory data = _registry.get(node);
        bool suspended = data.status == NodeStatus.Suspended && data.suspendedBy == address(this);
        uint256 score = _decayed(conduct);
        require(
            suspended && score >= REHABILITATION_SCORE,
            ReputationNotRehabilitable(node, suspended, score, REHABILITATION_SCORE)
        );

        // Effect: what it recovered to is its score from now on.
        _record(node, conduct, score, score, Reason.Rehabilitated, 0);

        emit StandingChanged(node, Reason.Rehabilitated, score, conduct.violations);

        // Interaction: back in the registry, and the scheduler hears of it.
        _registry.reinstate(node);
        _report(node, conduct);
    }

    /// @inheritdoc IReputation
    function scoreOf(NodeId node) external view returns (uint256) {
        return _decayed(_conducts[node]);
    }

    /// @inheritdoc IReputation
    function scoreAt(NodeId node, uint256 timestamp) external view returns (uint256) {
        return _scoreAt(node, timestamp);
    }

    /// @inheritdoc IReputation
    function recordOf(NodeId node) external view returns (uint256) {
        return _recordBps(node, _conducts[node]);
    }

    /// @inheritdoc IReputation
    function conductOf(NodeId node) external view returns (Conduct memory) {
        return _conducts[node];
    }

    function _scoreAt(NodeId node, uint256 timestamp) private view returns (uint256) {
        // Check: past, so that the last day that was over then is over for good.
        require(timestamp < block.timestamp, ReputationFutureLookup(timestamp, block.timestamp));

        uint256 daysOver = timestamp / 1 days;
        if (daysOver == 0) return 0;
        Conduct storage conduct = _conducts[node];
        if (conduct.updatedAt / 1 days < daysOver) return conduct.score;
        // Cast is safe: a day number is below a second below 2^40.
        return _history[node].upperLookupRecent(uint48(daysOver - 1));
    }

    /// @dev Counts a fragment done in time.
    function _recordCompleted(NodeId node, uint256 quality) private {
        // Check: the quality is a fraction of one.
        require(quality <= WAD, ReputationQualityAboveOne(quality));

        // Effect: count it and raise the score.
        Conduct storage conduct = _conducts[node];
        uint256 score = _decayed(conduct);
        conduct.completed += 1;
        _record(node, conduct, score, ReputationMath.afterSuccessDown(score, quality), Reason.Completed, quality);

        // Interaction: the scheduler hears of a step, or of decay that outweighs the rise.
        _reportIfDue(node, conduct);
    }

    /// @dev Stores `conduct` with `newScore`, and before it the score at the end of an earlier day. The score of a node that
    /// was never measured stays zero. Casts are safe: a score is at most 1e18, a second below 2^40 for 34,000 years.
    function _record(
        NodeId node,
        Conduct storage conduct,
        uint256 oldScore,
        uint256 newScore,
        Reason reason,
        uint256 detail
    ) private {
        uint256 updatedAt = conduct.updatedAt;
        if (updatedAt == 0) {
            newScore = 0;
        } else {
            uint256 lastDay = updatedAt / 1 days;
            if (lastDay < block.timestamp / 1 days) _history[node].push(uint48(lastDay), conduct.score);
            conduct.score = uint64(newScore);
            conduct.updatedAt = uint40(block.timestamp);
        }

        emit ScoreUpdated(node, reason, oldScore, newScore, detail);
    }

    /// @dev Takes a node out of the network where its conduct and the lifecycle say so; a node that left stays as it is.
    function _discipline(NodeId node, Conduct storage conduct, bool removes) private {
        NodeStatus status = _registry.statusOf(node);
        if (removes && NodeLifecycle.canMove(status, NodeStatus.Removed)) {
            emit StandingChanged(node, Reason.Removed, conduct.score, conduct.violations);
            _registry.remove(node);
        } else if (conduct.score < SUSPENSION_SCORE && conduct.updatedAt != 0 && NodeLifecycle.isWorking(status)) {
            emit StandingChanged(node, Reason.Suspended, conduct.score, conduct.violations);
            _registry.suspend(node);
        }
    }

    /// @dev Reports every fall, and a rise of at least one step.
    function _reportIfDue(NodeId node, Conduct storage conduct) private {
        uint256 scoreBps = conduct.score / SCORE_PER_BPS;
        uint256 pushedBps = conduct.pushedBps;
        if (scoreBps < pushedBps || scoreBps >= pushedBps + PUSH_STEP_BPS) _report(node, conduct);
    }

    /// @dev Tells the scheduler the lower of the recorded and the present score, zero for a node that is out, and its record.
    /// Cast is safe: at most BPS.
    function _report(NodeId node, Conduct storage conduct) private {
        NodeStatus status = _registry.statusOf(node);
        require(status != NodeStatus.None, ReputationUnknownNode(node));
        uint256 scoreBps =
            NodeLifecycle.isWorking(status) ? Math.min(conduct.score, _decayed(conduct)) / SCORE_PER_BPS : 0;
        conduct.pushedBps = uint16(scoreBps);
        _scheduler.setStanding(node, scoreBps, _recordBps(node, conduct));
    }

    /// @dev Score as of now; zero for a node that was never measured.
    function _decayed(Conduct storage conduct) private view returns (uint256) {
        if (conduct.updatedAt == 0) return 0;
        return ReputationMath.decayDown(conduct.score, block.timestamp - conduct.updatedAt);
    }

    function _recordBps(NodeId node, Conduct storage conduct) private view returns (uint256) {
        uint256 onlineSince = _registry.onlineSinceOf(node);
        uint256 online = onlineSince == 0 ? 0 : block.timestamp - onlineSince;
        return ReputationMath.recordBpsDown(online, conduct.completed, conduct.missed);
    }

    /// @dev Counts `offence` in `conduct`; `removes` when it is severe, or the third violation within the window.
    /// Cast is safe: a second is below 2^40 for 34,000 years.
    function _count(Conduct storage conduct, Offence offence) private returns (Reason reason, bool removes) {
        if (ReputationMath.isMiss(offence)) {
            conduct.missed += 1;
            return (Reason.Missed, false);
        }
        if (!ReputationMath.isViolation(offence)) return (Reason.Incoherent, false);
        uint256 thirdLast = conduct.previousViolationAt;
        conduct.violations += 1;
        conduct.previousViolationAt = conduct.lastViolationAt;
        conduct.lastViolationAt = uint40(block.timestamp);
        bool repeated = thirdLast != 0 && block.timestamp - thirdLast <= VIOLATION_WINDOW;
        return (Reason.Violated, repeated || offence == Offence.FakeBenchmark);
    }
}
