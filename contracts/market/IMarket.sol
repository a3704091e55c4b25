// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IScheduler} from "../matching/IScheduler.sol";
import {IRewardDistributor} from "../mining/IRewardDistributor.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {ISlasher} from "../staking/ISlasher.sol";
import {IStakeVault} from "../staking/IStakeVault.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {ICircuitRegistry} from "../verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../verification/IProofVerifier.sol";
import {ITaskEscrow} from "./ITaskEscrow.sol";

/// @dev
/// - None: unknown.
/// - Active: fragments are drawn, submitted and paid.
/// - Cancelled: no further draws. Fragments that were assigned, or whose draw was decided, when the owner cancelled are
///   still done and paid, or refunded when their node misses the deadline or nobody is drawn.
/// - Completed: every fragment is settled.
enum TaskStatus {
    None,
    Active,
    Cancelled,
    Completed
}

/// @dev The contracts of the suite that a market works with; fixed at its construction.
struct MarketSuite {
    INodeRegistry registry;
    IScheduler scheduler;
    IReputation reputation;
    IStakeVault vault;
    ISlasher slasher;
    ICircuitRegistry circuits;
    IProofVerifier verifier;
    IRewardDistributor distributor;
}

/// @title IMarket
/// @notice What every market of tasks has: an escrow, a protocol fee, and the refusals that the kinds of task share.
interface IMarket {
    /// @notice Emitted when the fee of future tasks changed.
    event ProtocolFeeUpdated(uint256 oldFeeBps, uint256 newFeeBps);

    /// @notice Thrown when the terms name another owner than the caller.
    error MarketNotOwner(address caller, address owner);

    /// @notice Thrown when the task is not in the status the call needs.
    error MarketWrongStatus(TaskId task, TaskStatus status);

    /// @notice Thrown when a count, fee or duration lies outside its hard bounds.
    error MarketTermOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when a hash or root is zero.
    error MarketEmptyTerm(bytes32 term);

    /// @notice Thrown when the public signals of the circuit are not those that its part in the task needs.
    error MarketWrongSchema(CircuitId circuit, bytes32 schema);

    /// @notice Thrown when the fragment is assigned to another node than the caller's.
    error MarketNotAssignee(NodeId caller, NodeId assignee);

    /// @notice Thrown when the work did not start from the head.
    error MarketStaleHead(uint256 weights, uint256 head);

    /// @notice Thrown when the shard is not the one that this fragment works on.
    error MarketShardNotInRoot(uint256 index, uint256 batch);

    /// @notice Sets the fee of tasks published from now on, in basis points, at most `MAX_PROTOCOL_FEE_BPS`. Restricted.
    function setProtocolFee(uint256 newFeeBps) external;

    /// @notice Fee of tasks published now, in basis points of the fragment fee.
    function protocolFeeBps() external view returns (uint256);

    /// @notice Largest fee of a fragment: what the entropy of a draw is good for.
    function maxFee() external view returns (uint256);

    /// @notice The scheduler that draws for this market.
    function scheduler() external view returns (IScheduler);

    /// @notice The escrow this market created and is the only user of.
    function escrow() external view returns (ITaskEscrow);
}
