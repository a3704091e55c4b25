// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {CheckpointedSet} from "../libraries/CheckpointedSet.sol";
import {INodeDirectory} from "../mining/INodeDirectory.sol";
import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {Roles} from "../types/Roles.sol";
import {Benchmark, INodeRegistry, Node, NodeStatus} from "./INodeRegistry.sol";
import {NodeLifecycle} from "./NodeLifecycle.sol";

/// @title NodeRegistry
/// @dev INVARIANTS
/// - INV-REG-1: the active set is exactly the nodes of status Active, each once.
/// - INV-REG-2: what is answered about the set of a past second never changes.
/// - INV-REG-3: status moves only along the table of `NodeLifecycle`; Exited and Removed are final.
/// - INV-REG-4: an operator key belongs to one node for ever, and a node to one operator key. A benchmark counts once; `benchmarkNonce` is the number of benchmarks accepted.
/// - INV-REG-5: payoutOf of a known node is never zero: what was earned can always be paid.
/// @dev TRUST
/// - The benchmark registry can give a node any capacity up to `MAX_DAILY_WORK_UNITS`, and take it.
/// - Attestors can give a node any capacity up to `MAX_DAILY_WORK_UNITS`; they are checked at the time of the call.
/// - The security role can take any node out; it cannot redirect a payout or touch what was earned.
/// @dev LIVENESS
/// - Exit is never blocked: not by a suspension, and there is no pause.
/// - Nodes that fell silent are taken out by anyone.
contract NodeRegistry is INodeRegistry, AccessManaged, EIP712 {
    using CheckpointedSet for CheckpointedSet.Set;

    /// @notice A node counts as alive for this long after its last heartbeat.
    uint256 public constant HEARTBEAT_WINDOW = 1 hours;

    /// @notice A benchmark counts for at most this long after it was measured.
    uint256 public constant MAX_BENCHMARK_LIFETIME = 90 days;

    /// @notice A benchmark must be submitted within this time after it was measured.
    uint256 public constant MAX_ATTESTATION_AGE = 1 hours;

    /// @notice Longest metadata URI in bytes.
    uint256 public constant MAX_METADATA_BYTES = 512;

    /// @inheritdoc INodeRegistry
    /// @dev In multiply-accumulates a day = 1.2e13 a second.
    uint256 public constant MAX_DAILY_WORK_UNITS = 1e18;

    /// @notice EIP-712 type of what an attestor signs.
    bytes32 public constant BENCHMARK_TYPEHASH = keccak256(
        "Benchmark(uint32 node,uint64 dailyWorkUnits,uint40 measuredAt,uint40 expiresAt,uint32 nonce)"
    );

    uint32 private _nodeCount;

    mapping(NodeId node => Node data) private _nodes;

    mapping(address operator => NodeId node) private _nodeOf;

    CheckpointedSet.Set private _active;

    constructor(address initialAuthority) AccessManaged(initialAuthority) EIP712("Corex NodeRegistry", "1") {}

    /// @inheritdoc INodeRegistry
    function register(
        address payout,
        DeviceClass deviceClass,
        string calldata metadataURI
    ) external returns (NodeId node) {
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
            benchmarkNonce: 0,
            registeredAt: uint40(block.timestamp),
            onlineSince: uint40(block.timestamp),
            suspendedBy: address(0)
        });

        emit NodeRegistered(node, msg.sender, payout, deviceClass, metadataURI);
        emit NodeStatusChanged(node, NodeStatus.None, NodeStatus.Registered);
    }

    /// @inheritdoc INodeRegistry
    function submitBenchmark(Benchmark calldata benchmark, address attestor, bytes calldata signature) external {
        // Check: a node that can work, times and capacity within bounds, the next nonce, a signature of an attestor.
        NodeId node = benchmark.node;
        Node storage data = _known(node);
        NodeStatus status = data.status;
        require(NodeLifecycle.isWorking(status), NodeRegistryInvalidTransition(node, status, NodeStatus.Active));
        _requireSound(benchmark, data.benchmarkNonce);
        _requireAttested(benchmark, attestor, signature);

        // Effect: the score. The nonce cannot wrap: one a second would take 136 years.
        uint256 oldDailyWorkUnits = data.dailyWorkUnits;
        data.dailyWorkUnits = benchmark.dailyWorkUnits;
        data.benchmarkExpiresAt = benchmark.expiresAt;
        data.benchmarkNonce = benchmark.nonce + 1;

        emit BenchmarkAccepted(node, attestor, oldDailyWorkUnits, benchmark.dailyWorkUnits, benchmark.expiresAt);

        // Effect: a node that is alive becomes active; a silent one with its next heartbeat.
        if (status == NodeStatus.Registered && _isAlive(data)) _move(node, data, status, NodeStatus.Active);
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
            NodeRegistryInvalidBenchmarkTimes(block.timestamp, expiresAt, block.timestamp)
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
        return _active.count();
    }

    /// @inheritdoc INodeRegistry
    function activeNodes(uint256 offset, uint256 limit) external view returns (NodeId[] memory nodes) {
        uint256 count = _active.count();
        if (offset >= count) return new NodeId[](0);
        uint256 size = limit < count - offset ? limit : count - offset;
        nodes = new NodeId[](size);
        for (uint256 i = 0; i < size; ++i) {
            nodes[i] = _asNode(_active.current(offset + i));
        }
    }

    /// @inheritdoc INodeRegistry
    function activeCountAt(uint256 timestamp) external view returns (uint256) {
        return _active.countAt(_requirePast(timestamp));
    }

    /// @inheritdoc INodeRegistry
    function activeNodeAt(uint256 index, uint256 timestamp) external view returns (NodeId) {
        return _asNode(_active.memberAt(index, _requirePast(timestamp)));
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
    /// Casts are safe: a timestamp in seconds stays below 2^40 for 34,000 years.
    function _move(NodeId node, Node storage data, NodeStatus from, NodeStatus to) private {
        data.status = to;
        if (from == NodeStatus.Active) _active.remove(NodeId.unwrap(node), uint48(block.timestamp));
        if (to == NodeStatus.Active) _active.add(NodeId.unwrap(node), uint48(block.timestamp));

        emit NodeStatusChanged(node, from, to);
    }

    /// @dev Reverts unless times, capacity and nonce of `benchmark` are sound.
    function _requireSound(Benchmark calldata benchmark, uint256 nonce) private view {
        require(benchmark.nonce == nonce, NodeRegistryInvalidBenchmarkNonce(benchmark.node, benchmark.nonce, nonce));
        (uint256 measuredAt, uint256 expiresAt) = (benchmark.measuredAt, benchmark.expiresAt);
        require(
            measuredAt <= block.timestamp &&
                block.timestamp - measuredAt <= MAX_ATTESTATION_AGE &&
                expiresAt > block.timestamp &&
                expiresAt <= measuredAt + MAX_BENCHMARK_LIFETIME,
            NodeRegistryInvalidBenchmarkTimes(measuredAt, expiresAt, block.timestamp)
        );
        uint256 capacity = benchmark.dailyWorkUnits;
        require(
            capacity > 0 && capacity <= MAX_DAILY_WORK_UNITS,
            NodeRegistryInvalidCapacity(capacity, MAX_DAILY_WORK_UNITS)
        );
    }

    /// @dev Reverts unless `attestor` holds the role now and signed `benchmark` for this registry on this chain.
    function _requireAttested(Benchmark calldata benchmark, address attestor, bytes calldata signature) private view {
        (bool isAttestor, ) = IAccessManager(authority()).hasRole(Roles.ATTESTOR, attestor);
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    BENCHMARK_TYPEHASH,
                    benchmark.node,
                    benchmark.dailyWorkUnits,
                    benchmark.measuredAt,
                    benchmark.expiresAt,
                    benchmark.nonce
                )
            )
        );
        require(
            isAttestor && SignatureChecker.isValidSignatureNowCalldata(attestor, digest, signature),
            NodeRegistryInvalidAttestation(attestor)
        );
    }

    /// @dev Reverts for an address that CXT could never leave, as far as this contract can know.
    function _requirePayable(address payout) private view {
        require(payout != address(0) && payout != address(this), NodeRegistryInvalidPayout(payout));
    }

    /// @dev Cast is safe: a past second is below the present one.
    function _requirePast(uint256 timestamp) private view returns (uint48) {
        require(timestamp < block.timestamp, NodeRegistryFutureLookup(timestamp, block.timestamp));
        return uint48(timestamp);
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
    function _asNode(uint208 id) private pure returns (NodeId) {
        return NodeId.wrap(uint32(id));
    }
}
