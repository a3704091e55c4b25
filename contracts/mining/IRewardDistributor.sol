// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {IFeeRouter} from "./IFeeRouter.sol";
import {IMiningPool} from "./IMiningPool.sol";
import {INodeDirectory} from "./INodeDirectory.sol";
import {Track} from "./Track.sol";

/// @dev What can vary about rewards. Set for the future, snapshotted when an epoch opens.
/// @param computeShareBps Share of the epoch budget for Compute-PoC, in basis points; the rest is Stake-to-Validate.
/// @param matchBps How much the pool may add to a fee, in basis points of the fee.
/// @param networkShareBps Share of a track's budget that network tasks may earn, in basis points.
/// @param claimFeeBps Fee on pool rewards, in basis points, to the fee router.
/// @param maxRewardPerPoint Most that one point earns, in CXT wei.
struct RewardTerms {
    uint16 computeShareBps;
    uint16 matchBps;
    uint16 networkShareBps;
    uint16 claimFeeBps;
    uint64 maxRewardPerPoint;
}

/// @dev The book of one epoch. Slot 1: points; slot 2: network points; slot 3: budget and the terms it opened with.
struct EpochBook {
    uint128 computePoints;
    uint128 validatePoints;
    uint128 networkComputePoints;
    uint128 networkValidatePoints;
    uint128 budget;
    uint16 computeShareBps;
    uint16 matchBps;
    uint16 networkShareBps;
    uint16 claimFeeBps;
    uint64 maxRewardPerPoint;
}

/// @dev What a node earned in the last epoch it was credited in; one slot.
struct NodeAccount {
    uint32 epoch;
    uint112 computePoints;
    uint112 validatePoints;
}

/// @title IRewardDistributor
/// @notice Turns verified work into points and, once the epoch is over, points into CXT from the mining pool.
/// @dev A reward is paid at the node's next credit, or by anyone through `settle`. Points: see `POINTS_PER_WORK_UNIT`.
interface IRewardDistributor {
    /// @notice Thrown when the lists of a batch have different lengths.
    error RewardDistributorLengthMismatch(uint256 nodes, uint256 multipliers, uint256 fees);

    /// @notice Emitted when the first credit of an epoch opened its book.
    event EpochOpened(uint256 indexed epoch, uint256 budget, RewardTerms terms);

    /// @notice Emitted when the book of an epoch was closed and its rewards drawn from the pool.
    event EpochClosed(uint256 indexed epoch, uint256 computePoints, uint256 validatePoints, uint256 released);

    /// @notice Emitted when verified work was credited. `points` is what counted, `offered` what was asked for.
    event PointsCredited(
        uint256 indexed epoch,
        NodeId indexed node,
        Track indexed track,
        uint256 points,
        uint256 offered
    );

    /// @notice Emitted when a node's points of an epoch became CXT.
    event RewardPaid(uint256 indexed epoch, NodeId indexed node, address indexed payout, uint256 amount, uint256 fee);

    /// @notice Emitted when the terms of future epochs changed.
    event RewardTermsUpdated(RewardTerms oldTerms, RewardTerms newTerms);

    /// @notice Thrown when a term lies outside its hard bounds.
    error RewardDistributorTermOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Credits market work: at most `workPoints` times the multiplier, the matched fee, and what is left of the node's
    /// daily cap.
    /// @dev Restricted to reporters. Never reverts for a cap: less, or nothing, is credited.
    /// @param workPoints Points of the work before anything multiplies them.
    /// @param multiplierBps Quality x tier x boost, in basis points, at most `MAX_MULTIPLIER_BPS`.
    /// @param fee What the task owner paid the node for this work, in CXT wei.
    function creditMatched(
        NodeId node,
        Track track,
        uint256 workPoints,
        uint256 multiplierBps,
        uint256 fee
    ) external returns (uint256 points);

    /// @notice Credits work on a network task, which pays no fee, within the network share of the epoch's budget.
    /// @dev Restricted to reporters. Never reverts for a cap: less, or nothing, is credited.
    function creditNetwork(
        NodeId node,
        Track track,
        uint256 workPoints,
        uint256 multiplierBps
    ) external returns (uint256 points);

    /// @notice The same for many equal pieces of work on one track, each with its own multiplier and, unless all are of network
    /// tasks, its own fee to match. A node may come up several times. Restricted to reporters.
    function creditMany(
        Track track,
        bool isNetwork,
        uint256 workPoints,
        NodeId[] calldata nodes,
        uint256[] calldata multipliersBps,
        uint256[] calldata fees
    ) external returns (uint256[] memory points);

    /// @notice Closes the open book if its epoch is over and pays each of `nodes` what it earned in finished epochs.
    /// @dev Open to anyone; nodes with nothing due are skipped. Cost grows with `nodes` alone.
    function settle(NodeId[] calldata nodes) external;

    /// @notice Sets the terms of the epochs that open from now on. Restricted.
    function setTerms(RewardTerms calldata newTerms) external;

    /// @notice The vault this distributor created and draws from.
    function pool() external view returns (IMiningPool);

    /// @notice Names each node's payout address and daily capacity; fixed at construction.
    function directory() external view returns (INodeDirectory);

    /// @notice Where claim fees and protocol fees go.
    function feeRouter() external view returns (IFeeRouter);

    /// @notice Terms that the next epoch to open will use.
    function terms() external view returns (RewardTerms memory);

    /// @notice Epoch of the latest book: the running epoch once it has a credit, an earlier one until then.
    function openEpoch() external view returns (uint256 epoch);

    /// @notice The book of `epoch`; all zero when nothing was credited in it.
    function bookOf(uint256 epoch) external view returns (EpochBook memory);

    /// @notice Points of `node` that are not paid yet, and the epoch they belong to.
    function accountOf(NodeId node) external view returns (NodeAccount memory);

    /// @notice Points of both tracks that `node` was ever paid for, whatever they earned.
    function pointsPaidOf(NodeId node) external view returns (uint256 points);

    /// @notice CXT wei that `settle` would pay `node` now, and the fee it would take.
    function claimableOf(NodeId node) external view returns (uint256 amount, uint256 fee);

    /// @notice Most points that `node` can still earn in the running epoch with work of that multiplier.
    function pointsLeftOf(NodeId node, uint256 multiplierBps) external view returns (uint256 points);
}
