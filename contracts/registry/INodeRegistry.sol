// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {INodeDirectory} from "../mining/INodeDirectory.sol";
import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";

/// @dev Life of a node. Transitions are in `NodeLifecycle`.
/// - None: unknown.
/// - Registered: known, not drawn (no valid benchmark, or it stopped sending heartbeats).
/// - Active: in the set that fragments are drawn from.
/// - Suspended: taken out by those who keep discipline; can be reinstated.
/// - Exited: left for good by its own will.
/// - Removed: taken out for good by those who keep discipline.
enum NodeStatus {
    None,
    Registered,
    Active,
    Suspended,
    Exited,
    Removed
}

/// @dev Slot 1: identity, life and benchmark validity, all that a draw asks for; slot 2: money and capacity; slot 3: rest.
/// @param onlineSince Second since which no two heartbeats were more than `HEARTBEAT_WINDOW` apart.
/// @param suspendedBy Who suspended it last; zero if nobody did.
struct Node {
    address operator;
    NodeStatus status;
    DeviceClass deviceClass;
    uint40 lastHeartbeat;
    uint40 benchmarkExpiresAt;
    address payout;
    uint64 dailyWorkUnits;
    uint40 registeredAt;
    uint40 onlineSince;
    address suspendedBy;
}

/// @title INodeRegistry
/// @notice Who the nodes are: operator key, payout address, device class, lifecycle, heartbeat, measured capacity.
/// @dev Times are seconds since the Unix epoch.
interface INodeRegistry is INodeDirectory {
    /// @notice Emitted when a node joined.
    event NodeRegistered(
        NodeId indexed node,
        address indexed operator,
        address indexed payout,
        DeviceClass deviceClass,
        string metadataURI
    );

    /// @notice Emitted at every change of status.
    event NodeStatusChanged(NodeId indexed node, NodeStatus oldStatus, NodeStatus newStatus);

    /// @notice Emitted when the payout address changed.
    event PayoutUpdated(NodeId indexed node, address oldPayout, address newPayout);

    /// @notice Emitted when the metadata changed. The text is not stored: readers take the last event.
    event MetadataUpdated(NodeId indexed node, string metadataURI);

    /// @notice Emitted when the capacity of a node was recorded, or revoked: then both new values are zero.
    event CapacityUpdated(NodeId indexed node, uint256 oldDailyWorkUnits, uint256 newDailyWorkUnits, uint256 expiresAt);

    /// @notice Emitted when a node said that it is alive.
    event Heartbeat(NodeId indexed node, uint256 timestamp);

    /// @notice Thrown when the operator key already has a node.
    error NodeRegistryOperatorTaken(address operator, NodeId node);

    /// @notice Thrown when the caller, or the given address, operates no node.
    error NodeRegistryUnknownOperator(address operator);

    /// @notice Thrown when no node has this id.
    error NodeRegistryUnknownNode(NodeId node);

    /// @notice Thrown when the payout address is zero or the registry itself, from where CXT could never leave.
    error NodeRegistryInvalidPayout(address payout);

    /// @notice Thrown when the metadata is longer than `MAX_METADATA_BYTES`.
    error NodeRegistryMetadataTooLong(uint256 length, uint256 maximum);

    /// @notice Thrown when the lifecycle has no such transition.
    error NodeRegistryInvalidTransition(NodeId node, NodeStatus from, NodeStatus to);

    /// @notice Thrown when a benchmark is expired, or would be valid for too long.
    error NodeRegistryInvalidExpiry(uint256 expiresAt, uint256 timestamp, uint256 maximum);

    /// @notice Thrown when a benchmark is zero or above `MAX_DAILY_WORK_UNITS`.
    error NodeRegistryInvalidCapacity(uint256 dailyWorkUnits, uint256 maximum);

    /// @notice Thrown when a live node would be taken out of the active set.
    error NodeRegistryStillEligible(NodeId node);

    /// @notice Makes the caller the operator of a new node, alive as of now. One node per operator key, for ever.
    function register(
        address payout,
        DeviceClass deviceClass,
        string calldata metadataURI
    ) external returns (NodeId node);

    /// @notice Stores a measured capacity and makes a registered node active if its heartbeat is recent, else its next
    /// heartbeat does. Only for registered and active nodes. Restricted to the benchmark registry.
    /// @dev Zero work units revoke the capacity of a node of any status, whatever `expiresAt` is; an active one leaves the set.
    function recordBenchmark(NodeId node, uint64 dailyWorkUnits, uint40 expiresAt) external;

    /// @notice Says that the caller's node is alive. A registered node with a valid benchmark becomes active again; an active
    /// one whose benchmark expired leaves the set. Only for registered and active nodes.
    function heartbeat() external;

    /// @notice Takes a node whose benchmark expired, or that fell silent, out of the active set. Open to anyone.
    function deactivate(NodeId node) external;

    /// @notice Sets where the caller's node is paid, also for what it earned before; possible in every status.
    function setPayout(address newPayout) external;

    /// @notice Announces new metadata of the caller's node.
    function setMetadata(string calldata metadataURI) external;

    /// @notice Leaves for good; possible while suspended. Work already assigned can still be submitted and is still paid.
    function exit() external;

    /// @notice Takes a node out until it is reinstated. Restricted to discipline.
    function suspend(NodeId node) external;

    /// @notice Ends a suspension; the node becomes active with its next heartbeat. Restricted to discipline.
    function reinstate(NodeId node) external;

    /// @notice Takes a node out for good. Restricted to discipline.
    function remove(NodeId node) external;

    /// @notice The node of `operator`; zero when it has none.
    function nodeOf(address operator) external view returns (NodeId node);

    /// @notice The node of `operator` and where it is paid; reverts when it has none.
    function resolve(address operator) external view returns (NodeId node, address payout);

    /// @notice Everything stored about `node`; reverts for an unknown node.
    function get(NodeId node) external view returns (Node memory);

    /// @notice Status of `node`; None for an unknown one.
    function statusOf(NodeId node) external view returns (NodeStatus status);

    /// @notice Operator key of `node`; zero for an unknown one.
    function operatorOf(NodeId node) external view returns (address operator);

    /// @notice Whether fragments can be assigned to `node` now: active, benchmark valid, heartbeat recent.
    function isEligible(NodeId node) external view returns (bool);

    /// @notice Second since which `node` is alive without a gap; zero when it is not alive now.
    function onlineSinceOf(NodeId node) external view returns (uint256 timestamp);

    /// @notice Largest capacity of a node, in work units a day.
    function MAX_DAILY_WORK_UNITS() external view returns (uint256 workUnits);

    /// @notice Number of nodes ever registered; ids run from 1 to this number.
    function nodeCount() external view returns (uint256);

    /// @notice Number of nodes in the active set now.
    function activeCount() external view returns (uint256);

    /// @notice Nodes of the active set now, from `offset`, at most `limit` of them, in no stable order.
    function activeNodes(uint256 offset, uint256 limit) external view returns (NodeId[] memory nodes);
}
