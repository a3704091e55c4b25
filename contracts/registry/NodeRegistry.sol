// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {Brake} from "../governance/Brake.sol";
import {INodeDirectory} from "../mining/INodeDirectory.sol";
import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {INodeRegistry, Node, NodeStatus} from "./INodeRegistry.sol";
import {NodeLifecycle} from "./NodeLifecycle.sol";

/// @title NodeRegistry
/// @dev INVARIANTS
/// - INV-REG-1: the active set is exactly the nodes of status Active, each once.
/// - INV-REG-3: status moves only along the table of `NodeLifecycle`; Exited and Removed are final.
/// - INV-REG-4: an operator key belongs to one node for ever, and a node to one operator key.
/// - INV-REG-5: payoutOf of a known node is never zero: what was earned can always be paid.
/// @dev TRUST
/// - The benchmark registry can give a node any capacity up to `MAX_DAILY_WORK_UNITS`, and take it.
/// - Those who keep discipline can take any node out; they cannot redirect a payout or touch what was earned.
/// @dev LIVENESS
/// - Exit is never blocked: not by a suspension, nor by the brake, which stops registrations alone.
/// - Nodes that fell silent are taken out by anyone.
contract NodeRegistry is INodeRegistry, Brake {
    using EnumerableSet for EnumerableSet.UintSet;

    /// @notice A node counts as alive for this long after its last heartbeat.
    uint256 public constant HEARTBEAT_WINDOW = 1 hours;

    /// @notice A benchmark counts for at most this long after it was measured.
    uint256 public constant MAX_BENCHMARK_LIFETIME = 90 days;

    /// @notice Longest metadata URI in bytes.
    uint256 public constant MAX_METADATA_BYTES = 512;

    /// @inheritdoc INodeRegistry
    /// @dev In multiply-accumulates a day = 2.3 million a second. Larger ones would not fit the weights of the scheduler.
    uint256 public constant MAX_DAILY_WORK_UNITS = 2e11;

    uint32 private _nodeCount;

    mapping(NodeId node => Node data) private _nodes;

    mapping(address operator => NodeId node) private _nodeOf;

    EnumerableSet.UintSet private _active;

    constructor(address initialAuthority) AccessManaged(initialAuthority) {}

    /// @inheritdoc INodeRegistry
    function register(
        address payout,
        DeviceClass deviceClass,
        string calldata metadataURI
    ) external whenRunning returns (NodeId node) {
        // Check: a fresh operator key, a payout that can receive, a short text.
        NodeId taken = _nodeOf[msg.sender];
        require(NodeId.unwrap(taken) == 0, NodeRegistryOperatorTaken(msg.sender, taken));
        _requirePayable(payout);
        _requireShort(metadataURI);

        // Effect: the node, alive as of now.
        node = NodeId.wrap(++_nodeCount);
        _nodeOf[msg.sender] = node;
        _nodes[node] = Node({
            operator: msg.sender,
            status: NodeStatus.Registered,
            deviceClass: deviceClass,
            lastHeartbeat: uint40(block.timestamp),
            benchmarkExpiresAt: 0,
            payout: payout,
            dailyWorkUnits: 0,
            registeredAt: uint40(block.timestamp),
            onlineSince: uint40(block.timestamp),
            suspendedBy: address(0)
        });

        emit NodeRegistered(node, msg.sender, payout, deviceClass, metadataURI);
        emit NodeStatusChanged(node, NodeStatus.None, NodeStatus.Registered);
    }

    /// @inheritdoc INodeRegistry
    function recordBenchmark(NodeId node, uint64 dailyWorkUnits, uint40 expiresAt) external restricted {
        Node storage data = _known(node);
        if (dailyWorkUnits == 0) return _revokeCapacity(node, data);

        // Check: a node that can work, capacity and time within bounds.
        NodeStatus status = data.status;
        require(NodeLifecycle.isWorking(status), NodeRegistryInvalidTransition(node, status, NodeStatus.Active));
        require(
            dailyWorkUnits <= MAX_DAILY_WORK_UNITS,
            NodeRegistryInvalidCapacity(dailyWorkUnits, MAX_DAILY_WORK_UNITS)
        );
        require(
            expiresAt > block.timestamp && expiresAt <= block.timestamp + MAX_BENCHMARK_LIFETIME,
            NodeRegistryInvalidExpiry(expiresAt, block.timestamp, block.timestamp + MAX_BENCHMARK_LIFETIME)
        );

        // Effect: the capacity.
        uint256 oldDailyWorkUnits = data.dailyWorkUnits;
        data.dailyWorkUnits = dailyWorkUnits;
        data.benchmarkExpiresAt = expiresAt;

        emit CapacityUpdated(node, oldDailyWorkUnits, dailyWorkUnits, expiresAt);

        // Effect: a node that is alive becomes active; a silent one with its next heartbeat.
        if (status == NodeStatus.Registered && _isAlive(data)) _move(node, data, status, NodeStatus.Active);
    }

    /// @inheritdoc INodeRegistry
    function heartbeat() external {
        // Check: the caller's node can work.
        NodeId node = _ownNode();
        Node storage data = _nodes[node];
        NodeStatus status = data.status;
        require(NodeLifecycle.isWorking(status), NodeRegistryInvalidTransition(node, status, NodeStatus.Active));

        // Effect: alive as of now, after a gap online only from now on, and active exactly if its benchmark is valid.
        if (!_isAlive(data)) data.onlineSince = uint40(block.timestamp);
        data.lastHeartbeat = uint40(block.timestamp);

        emit Heartbeat(node, block.timestamp);

        NodeStatus target = _isBenchmarked(data) ? NodeStatus.Active : NodeStatus.Registered;
        if (status != target) _move(node, data, status, target);
    }

    /// @inheritdoc INodeRegistry
    function deactivate(NodeId node) external {
        // Check: active, and rightly out of the draw.
        Node storage data = _known(node);
        NodeStatus status = data.status;
        require(status == NodeStatus.Active, NodeRegistryInvalidTransition(node, status, NodeStatus.Registered));
        require(!(_isBenchmarked(data) && _isAlive(data)), NodeRegistryStillEligible(node));

        // Effect: out of the set.
        _move(node, data, status, NodeStatus.Registered);
    }

    /// @inheritdoc INodeRegistry
    function setPayout(address newPayout) external {
        // Check: the caller has a node, and the address can receive.
        NodeId node = _ownNode();
        _requirePayable(newPayout);

        // Effect: also for what is earned and not yet paid, and after an exit.
        address oldPayout = _nodes[node].payout;
        _nodes[node].payout = newPayout;

        emit PayoutUpdated(node, oldPayout, newPayout);
    }

    /// @inheritdoc INodeRegistry
    function setMetadata(string calldata metadataURI) external {
        // Check: the caller has a node, and the text is short.
        NodeId node = _ownNode();
        _requireShort(metadataURI);

        emit MetadataUpdated(node, metadataURI);
    }

    /// @inheritdoc INodeRegistry
    function exit() external {
        NodeId node = _ownNode();
        _moveChecked(node, _nodes[node], NodeStatus.Exited);
    }

    /// @inheritdoc INodeRegistry
    function suspend(NodeId node) external restricted {
        Node storage data = _known(node);
        data.suspendedBy = msg.sender;
        _moveChecked(node, data, NodeStatus.Suspended);
    }

    /// @inheritdoc INodeRegistry
    function reinstate(NodeId node) external restricted {
        // Check: suspended; a node of any other status is not made idle by this.
        Node storage data = _known(node);
        NodeStatus status = data.status;
        require(status == NodeStatus.Suspended, NodeRegistryInvalidTransition(node, status, NodeStatus.Registered));

        // Effect: back, and active with its next heartbeat.
        _move(node, data, status, NodeStatus.Registered);
    }

    /// @inheritdoc INodeRegistry
    function remove(NodeId node) external restricted {
        _moveChecked(node, _known(node), NodeStatus.Removed);
    }

    /// @inheritdoc INodeDirectory
    function payoutOf(NodeId node) external view returns (address) {
        return _nodes[node].payout;
    }

    /// @inheritdoc INodeDirectory
    function dailyCapacityOf(NodeId node) external view returns (uint256) {
        Node storage data = _nodes[node];
        NodeStatus status = data.status;
        if (status == NodeStatus.Suspended || status == NodeStatus.Removed || !_isBenchmarked(data)) return 0;
        return data.dailyWorkUnits;
    }

    /// @inheritdoc INodeRegistry
    function nodeOf(address operator) external view returns (NodeId) {
        return _nodeOf[operator];
    }

    /// @inheritdoc INodeRegistry
    function resolve(address operator) external view returns (NodeId node, address payout) {
        node = _nodeOf[operator];
        require(NodeId.unwrap(node) != 0, NodeRegistryUnknownOperator(operator));
        payout = _nodes[node].payout;
    }

    /// @inheritdoc INodeRegistry
    function get(NodeId node) external view returns (Node memory) {
        return _known(node);
    }

    /// @inheritdoc INodeRegistry
    function statusOf(NodeId node) external view returns (NodeStatus) {
        return _nodes[node].status;
    }

    /// @inheritdoc INodeRegistry
    function operatorOf(NodeId node) external view returns (address) {
        return _nodes[node].operator;
    }

    /// @inheritdoc INodeRegistry
    function isEligible(NodeId node) external view returns (bool) {
        Node storage data = _nodes[node];
        return data.status == NodeStatus.Active && _isBenchmarked(data) && _isAlive(data);
    }

    /// @inheritdoc INodeRegistry
    function onlineSinceOf(NodeId node) external view returns (uint256) {
        Node storage data = _nodes[node];
        return _isAlive(data) ? data.onlineSince : 0;
    }

    /// @inheritdoc INodeRegistry
    function nodeCount() external view returns (uint256) {
        return _nodeCount;
    }

    /// @inheritdoc INodeRegistry
    function activeCount() external view returns (uint256) {
        return _active.length();
    }

    /// @inheritdoc INodeRegistry
    function activeNodes(uint256 offset, uint256 limit) external view returns (NodeId[] memory nodes) {
        uint256 count = _active.length();
        if (offset >= count) return new NodeId[](0);
        uint256 size = limit < count - offset ? limit : count - offset;
        nodes = new NodeId[](size);
        for (uint256 i = 0; i < size; ++i) {
            nodes[i] = _asNode(_active.at(offset + i));
        }
    }

    /// @dev Takes the capacity of `node`, and an active one out of the set.
    function _revokeCapacity(NodeId node, Node storage data) private {
        uint256 oldDailyWorkUnits = data.dailyWorkUnits;
        data.dailyWorkUnits = 0;
        data.benchmarkExpiresAt = 0;

        emit CapacityUpdated(node, oldDailyWorkUnits, 0, 0);

        if (data.status == NodeStatus.Active) _move(node, data, NodeStatus.Active, NodeStatus.Registered);
    }

    /// @dev Moves `node` to `to` if the lifecycle has that transition.
    function _moveChecked(NodeId node, Node storage data, NodeStatus to) private {
        // Check: the transition exists.
        NodeStatus from = data.status;
        require(NodeLifecycle.canMove(from, to), NodeRegistryInvalidTransition(node, from, to));

        // Effect: status and set.
        _move(node, data, from, to);
    }

    /// @dev Moves `node` along a transition known to exist, and keeps the active set equal to the status.
    function _move(NodeId node, Node storage data, NodeStatus from, NodeStatus to) private {
        data.status = to;
        if (from == NodeStatus.Active) _active.remove(NodeId.unwrap(node));
        if (to == NodeStatus.Active) _active.add(NodeId.unwrap(node));

        emit NodeStatusChanged(node, from, to);
    }

    /// @dev Reverts for an address that CXT could never leave, as far as this contract can know.
    function _requirePayable(address payout) private view {
        require(payout != address(0) && payout != address(this), NodeRegistryInvalidPayout(payout));
    }

    function _ownNode() private view returns (NodeId node) {
        node = _nodeOf[msg.sender];
        require(NodeId.unwrap(node) != 0, NodeRegistryUnknownOperator(msg.sender));
    }

    function _known(NodeId node) private view returns (Node storage data) {
        data = _nodes[node];
        require(data.status != NodeStatus.None, NodeRegistryUnknownNode(node));
    }

    function _isBenchmarked(Node storage data) private view returns (bool) {
        return block.timestamp < data.benchmarkExpiresAt;
    }

    function _isAlive(Node storage data) private view returns (bool) {
        return block.timestamp <= data.lastHeartbeat + HEARTBEAT_WINDOW;
    }

    function _requireShort(string calldata metadataURI) private pure {
        uint256 length = bytes(metadataURI).length;
        require(length <= MAX_METADATA_BYTES, NodeRegistryMetadataTooLong(length, MAX_METADATA_BYTES));
    }

    /// @dev Cast is safe: the set holds node ids only.
    function _asNode(uint256 id) private pure returns (NodeId) {
        return NodeId.wrap(uint32(id));
    }
}
