// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";

/// @dev Why a score or a status changed. Part of the events: a reason is only ever appended.
enum Reason {
    None,
    Measured,
    Completed,
    Refused,
    Missed,
    Violated,
    Suspended,
    Rehabilitated,
    Removed,
    Incoherent,
    Annulled
}

/// @dev What is known about a node's conduct. Slot 1: all that a completion looks at; slot 2: violations.
/// @param score Score at `updatedAt`, scaled by WAD; decays from then on. Zero before the node was first measured.
/// @param updatedAt Second of the last change.
/// @param completed Fragments done in time.
/// @param missed Deadlines missed and votes not revealed.
/// @param refused Fragments given back in time that another node then did.
/// @param pushedBps Score in basis points that the scheduler was last told.
/// @param violations Violations ever.
/// @param lastViolationAt Second of the latest violation; zero if none.
/// @param previousViolationAt Second of the one before; zero if none.
struct Conduct {
    uint64 score;
    uint40 updatedAt;
    uint40 completed;
    uint40 missed;
    uint40 refused;
    uint16 pushedBps;
    uint32 violations;
    uint40 lastViolationAt;
    uint40 previousViolationAt;
}

/// @title IReputation
/// @notice Score of each node in [0, WAD], from what it did. It decays towards one half when nothing happens, and is
/// remembered: what it was at the end of a past day never changes.
/// @dev The scheduler is told of every fall at once, of a rise in steps (`PUSH_STEP_BPS`) or when anyone calls `sync`. So a
/// node may for a while be drawn with less than its score, never with more than its last recorded one.
interface IReputation {
    /// @notice Emitted when conduct was recorded. `oldScore` is the decayed score just before; `detail` is the quality of a
    /// completion (WAD) or the number of the offence.
    event ScoreUpdated(NodeId indexed node, Reason indexed reason, uint256 oldScore, uint256 newScore, uint256 detail);

    /// @notice Emitted when a node was suspended, removed or let in again because of its conduct.
    event StandingChanged(NodeId indexed node, Reason indexed reason, uint256 score, uint256 violations);

    /// @notice Thrown when no node has this id.
    error ReputationUnknownNode(NodeId node);

    /// @notice Thrown when a quality is above one.
    error ReputationQualityAboveOne(uint256 quality);

    /// @notice Thrown when there are not as many qualities as nodes.
    error ReputationLengthMismatch(uint256 nodes, uint256 qualities);

    /// @notice Thrown when an offence is None.
    error ReputationNoOffence(NodeId node);

    /// @notice Thrown when a node would be let in again that was not suspended here, or has not recovered.
    error ReputationNotRehabilitable(NodeId node, bool suspended, uint256 score, uint256 minimum);

    /// @notice Thrown when a past score is asked for at a time that is not past.
    error ReputationFutureLookup(uint256 timestamp, uint256 current);

    /// @notice Gives a node that was never measured its initial score. Restricted to the benchmark registry; later calls do
    /// nothing.
    function recordMeasured(NodeId node) external;

    /// @notice Counts a fragment done in time. Restricted to the market. `quality` in [0, WAD].
    function recordCompleted(NodeId node, uint256 quality) external;

    /// @notice The same for many fragments; a node may come up several times. Restricted to the market.
    function recordCompletedMany(NodeId[] calldata nodes, uint256[] calldata qualities) external;

    /// @notice Counts a fragment that the node gave back in time and that another then did. Restricted to the market.
    function recordRefused(NodeId node) external;

    /// @notice Counts an offence; suspends or removes the node when it has to. Restricted to the slasher. Never reverts for
    /// a node that is suspended, exited or removed.
    function recordOffence(NodeId node, Offence offence) external;

    /// @notice Takes back what `node` gained since the begin of `day`: its score becomes at most what it was at the end of the day
    /// before; of one that was not measured then, at most one half. Restricted to the arbitration. `day` in days since 1970,
    /// past or the running one; the past stays what it was.
    function annul(NodeId node, uint256 day) external;

    /// @notice Tells the scheduler the score and record of `node`: the lower of its recorded and its decayed score, zero when
    /// it is out. Open to anyone.
    function sync(NodeId node) external;

    /// @notice Ends a suspension made here once the score has decayed up to `REHABILITATION_SCORE`, which then counts as
    /// recorded. Open to anyone.
    function rehabilitate(NodeId node) external;

    /// @notice Score as of now, scaled by WAD, decayed; zero for a node never measured.
    function scoreOf(NodeId node) external view returns (uint256 score);

    /// @notice Undecayed score of `node` at the end of the last day that was over at `timestamp`, which must be past; final.
    function scoreAt(NodeId node, uint256 timestamp) external view returns (uint256 score);

    /// @notice Stability and history of `node`, averaged, in basis points of one.
    function recordOf(NodeId node) external view returns (uint256 recordBps);

    /// @notice Everything stored about the conduct of `node`.
    function conductOf(NodeId node) external view returns (Conduct memory);
}
