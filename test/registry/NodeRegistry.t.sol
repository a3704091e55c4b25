// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {INodeRegistry, Node, NodeStatus} from "../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../contracts/registry/NodeRegistry.sol";
import {DeviceClass} from "../../contracts/types/DeviceClass.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives a registry: every external function, with a plain model of each node beside it.
contract NodeRegistryHandler is Handler {
    uint256 public constant OPERATORS = 10;
    uint256 private constant MAX_WORK = 2e11;
    uint256 private constant MAX_LIFE = 90 days;
    address private constant BENCHMARKS = address(0xbe7c);

    NodeRegistry public immutable registry;

    // Ghosts: the model.
    mapping(uint256 node => NodeStatus status) public status;
    mapping(uint256 node => uint256 timestamp) public lastHeartbeat;
    mapping(uint256 node => uint256 timestamp) public onlineSince;
    mapping(uint256 node => uint256 timestamp) public expiresAt;
    mapping(uint256 node => uint256 workUnits) public capacity;
    mapping(uint256 node => address account) public suspendedBy;
    mapping(uint256 node => address payout) public payout;
    mapping(uint256 index => uint256 node) public nodeOf;
    uint256 public count;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = INodeRegistry.recordBenchmark.selector;
        manager.setTargetFunctionRole(address(registry), selectors, Roles.BENCHMARK);
        selectors = new bytes4[](3);
        selectors[0] = INodeRegistry.suspend.selector;
        selectors[1] = INodeRegistry.reinstate.selector;
        selectors[2] = INodeRegistry.remove.selector;
        manager.setTargetFunctionRole(address(registry), selectors, Roles.DISCIPLINE);
        manager.grantRole(Roles.BENCHMARK, BENCHMARKS, 0);
        for (uint256 index = 0; index < 2; ++index) manager.grantRole(Roles.DISCIPLINE, _discipline(index * 4), 0);
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += secondsAhead % 8 == 0 ? bound(secondsAhead, 1, 20 days) : bound(secondsAhead, 1, 10 minutes);
        vm.warp(clock);
    }

    function register(uint256 operatorSeed) public onTime {
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        bytes memory call = abi.encodeCall(registry.register, (_operator(index), DeviceClass.CPU, "ipfs://x"));
        if (nodeOf[index] != 0) return mustFail(_operator(index), address(registry), call);
        vm.prank(_operator(index));
        NodeId node = registry.register(_operator(index), DeviceClass.CPU, "ipfs://x");
        require(NodeId.unwrap(node) == ++count, "ids count from one");
        nodeOf[index] = count;
        status[count] = NodeStatus.Registered;
        lastHeartbeat[count] = clock;
        onlineSince[count] = clock;
        payout[count] = _operator(index);
    }

    function recordBenchmark(uint256 nodeSeed, uint256 work, uint256 life) public onTime {
        uint256 node = bound(nodeSeed, 0, count);
        uint64 units = uint64(bound(work, 1, MAX_WORK));
        uint40 until = uint40(clock + bound(life, 1, MAX_LIFE));
        bytes memory call = abi.encodeCall(registry.recordBenchmark, (NodeId.wrap(uint32(node)), units, until));
        if (!_isWorking(node)) return mustFail(BENCHMARKS, address(registry), call);
        vm.prank(BENCHMARKS);
        registry.recordBenchmark(NodeId.wrap(uint32(node)), units, until);
        capacity[node] = units;
        expiresAt[node] = until;
        if (isAlive(node)) status[node] = NodeStatus.Active;
    }

    function recordBadBenchmark(uint256 nodeSeed, uint64 work, uint256 life, bool ends) external onTime {
        NodeId node = NodeId.wrap(uint32(bound(nodeSeed, 0, count)));
        uint64 units = ends ? uint64(bound(work, 1, MAX_WORK)) : uint64(bound(work, MAX_WORK + 1, 2 ** 64 - 1));
        uint256 until = clock + bound(life, 1, MAX_LIFE);
        // Either end of the allowed times is missed, often by the least.
        uint256 miss = life % 4 < 2 ? 0 : life % clock;
        if (ends) until = life % 2 == 0 ? clock - miss : clock + MAX_LIFE + 1 + miss;
        bytes memory call = abi.encodeCall(registry.recordBenchmark, (node, units, uint40(until)));
        mustFail(BENCHMARKS, address(registry), call);
    }

    function revokeCapacity(uint256 nodeSeed, uint40 until) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.recordBenchmark, (NodeId.wrap(uint32(node)), 0, until));
        if (status[node] == NodeStatus.None) return mustFail(BENCHMARKS, address(registry), call);
        vm.prank(BENCHMARKS);
        registry.recordBenchmark(NodeId.wrap(uint32(node)), 0, until);
        capacity[node] = 0;
        expiresAt[node] = 0;
        if (status[node] == NodeStatus.Active) status[node] = NodeStatus.Registered;
    }

    /// @dev Nobody records a benchmark or keeps discipline without the role, the operator of the node least of all.
    function actWithoutRole(uint256 operatorSeed, uint64 work, uint256 life) external onTime {
        address caller = _operator(bound(operatorSeed, 1, OPERATORS));
        NodeId node = NodeId.wrap(uint32(nodeOf[bound(operatorSeed, 1, OPERATORS)]));
        uint40 until = uint40(clock + bound(life, 1, MAX_LIFE));
        mustFail(caller, address(registry), abi.encodeCall(registry.recordBenchmark, (node, work, until)));
        mustFail(caller, address(registry), abi.encodeCall(registry.suspend, (node)));
        mustFail(caller, address(registry), abi.encodeCall(registry.reinstate, (node)));
        mustFail(caller, address(registry), abi.encodeCall(registry.remove, (node)));
        mustFail(_discipline(0), address(registry), abi.encodeCall(registry.recordBenchmark, (node, work, until)));
        mustFail(BENCHMARKS, address(registry), abi.encodeCall(registry.suspend, (node)));
        mustFail(caller, address(registry), abi.encodeWithSignature("setAuthority(address)", caller));
    }

    function heartbeat(uint256 operatorSeed) public onTime {
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        uint256 node = nodeOf[index];
        if (!_isWorking(node)) {
            return mustFail(_operator(index), address(registry), abi.encodeCall(registry.heartbeat, ()));
        }
        vm.prank(_operator(index));
        registry.heartbeat();
        if (!isAlive(node)) onlineSince[node] = clock;
        lastHeartbeat[node] = clock;
        status[node] = clock < expiresAt[node] ? NodeStatus.Active : NodeStatus.Registered;
    }

    /// @dev All it takes to be active, so that the set is rarely empty.
    function join(uint256 operatorSeed, uint256 work, uint256 life) external {
        register(operatorSeed);
        uint256 node = nodeOf[bound(operatorSeed, 1, OPERATORS)];
        recordBenchmark(node, work, life);
        heartbeat(operatorSeed);
    }

    function deactivate(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        NodeId id = NodeId.wrap(uint32(node));
        if (status[node] != NodeStatus.Active || isEligible(node)) {
            return mustFail(address(this), address(registry), abi.encodeCall(registry.deactivate, (id)));
        }
        registry.deactivate(id);
        status[node] = NodeStatus.Registered;
    }

    function setPayout(uint256 operatorSeed, address newPayout) external onTime {
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        bytes memory call = abi.encodeCall(registry.setPayout, (newPayout));
        if (nodeOf[index] == 0 || newPayout == address(0) || newPayout == address(registry)) {
            return mustFail(_operator(index), address(registry), call);
        }
        vm.prank(_operator(index));
        registry.setPayout(newPayout);
        payout[nodeOf[index]] = newPayout;
    }

    function setMetadata(uint256 operatorSeed) external onTime {
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        bytes memory call = abi.encodeCall(registry.setMetadata, ("ipfs://y"));
        if (nodeOf[index] == 0) return mustFail(_operator(index), address(registry), call);
        vm.prank(_operator(index));
        registry.setMetadata("ipfs://y");
    }

    function exit(uint256 operatorSeed, uint256 chance) external onTime {
        if (chance % 4 != 0) return;
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        uint256 node = nodeOf[index];
        if (_isOut(node)) {
            return mustFail(_operator(index), address(registry), abi.encodeCall(registry.exit, ()));
        }
        vm.prank(_operator(index));
        registry.exit();
        status[node] = NodeStatus.Exited;
    }

    function suspend(uint256 nodeSeed, uint256 by) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        address caller = _discipline(by);
        bytes memory call = abi.encodeCall(registry.suspend, (NodeId.wrap(uint32(node))));
        if (_isOut(node) || status[node] == NodeStatus.Suspended) return mustFail(caller, address(registry), call);
        vm.prank(caller);
        registry.suspend(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Suspended;
        suspendedBy[node] = caller;
    }

    function reinstate(uint256 nodeSeed, uint256 by) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.reinstate, (NodeId.wrap(uint32(node))));
        if (status[node] != NodeStatus.Suspended) return mustFail(_discipline(by), address(registry), call);
        vm.prank(_discipline(by));
        registry.reinstate(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Registered;
    }

    function remove(uint256 nodeSeed, uint256 by) external onTime {
        if (by % 4 != 0) return;
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.remove, (NodeId.wrap(uint32(node))));
        if (_isOut(node)) return mustFail(_discipline(by), address(registry), call);
        vm.prank(_discipline(by));
        registry.remove(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Removed;
    }

    function operator(uint256 index) external pure returns (address) {
        return _operator(index);
    }

    function isEligible(uint256 node) public view returns (bool) {
        return status[node] == NodeStatus.Active && clock < expiresAt[node] && isAlive(node);
    }

    function isAlive(uint256 node) public view returns (bool) {
        return clock <= lastHeartbeat[node] + 1 hours;
    }

    /// @dev What a node may earn a day: measured, still valid, and not taken out by discipline.
    function usableCapacity(uint256 node) external view returns (uint256) {
        if (status[node] == NodeStatus.Suspended || status[node] == NodeStatus.Removed) return 0;
        return clock < expiresAt[node] ? capacity[node] : 0;
    }

    function _isWorking(uint256 node) private view returns (bool) {
        return status[node] == NodeStatus.Registered || status[node] == NodeStatus.Active;
    }

    function _isOut(uint256 node) private view returns (bool) {
        return
            status[node] == NodeStatus.None || status[node] == NodeStatus.Exited || status[node] == NodeStatus.Removed;
    }

    function _discipline(uint256 index) private pure returns (address) {
        return address(uint160(0xd15c00 + ((index / 4) % 2)));
    }

    function _operator(uint256 index) private pure returns (address) {
        return address(uint160(0x09e7a70000 + index));
    }
}

contract NodeRegistryInvariants {
    NodeRegistryHandler private _handler;

    function setUp() public {
        _handler = new NodeRegistryHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev The set is exactly the nodes that the model knows as active, each once.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_1() public view {
        NodeRegistry registry = _handler.registry();
        NodeId[] memory members = registry.activeNodes(0, type(uint256).max);
        uint256 active = 0;
        for (uint256 node = 1; node <= _handler.count(); ++node) {
            if (_handler.status(node) == NodeStatus.Active) ++active;
        }
        require(members.length == active && registry.activeCount() == active, "INV-REG-1: size");
        uint256 seen = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 node = NodeId.unwrap(members[i]);
            require(seen & (1 << node) == 0, "INV-REG-1: twice");
            require(_handler.status(node) == NodeStatus.Active, "INV-REG-1: idle");
            seen |= 1 << node;
        }
    }

    /// @dev Everything about a node is as the model has it, whose handler also tries what must fail.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_3() public {
        vm.warp(_handler.clock());
        NodeRegistry registry = _handler.registry();
        for (uint256 node = 1; node <= _handler.count(); ++node) {
            NodeId id = NodeId.wrap(uint32(node));
            Node memory data = registry.get(id);
            require(data.status == _handler.status(node), "INV-REG-3: status");
            require(registry.isEligible(id) == _handler.isEligible(node), "INV-REG-3: eligible");
            require(data.dailyWorkUnits == _handler.capacity(node), "INV-REG-3: capacity");
            require(data.benchmarkExpiresAt == _handler.expiresAt(node), "INV-REG-3: expiry");
            require(data.suspendedBy == _handler.suspendedBy(node), "INV-REG-3: suspended by");
            require(data.lastHeartbeat == _handler.lastHeartbeat(node), "INV-REG-3: heartbeat");
            require(data.onlineSince == _handler.onlineSince(node), "INV-REG-3: online");
            uint256 online = _handler.isAlive(node) ? _handler.onlineSince(node) : 0;
            require(registry.onlineSinceOf(id) == online, "INV-REG-3: online since");
            require(registry.dailyCapacityOf(id) == _handler.usableCapacity(node), "INV-REG-3: usable capacity");
        }
    }

    /// @dev One node per operator, for ever.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_4() public view {
        NodeRegistry registry = _handler.registry();
        require(registry.nodeCount() == _handler.count(), "INV-REG-4: count");
        for (uint256 index = 1; index <= _handler.OPERATORS(); ++index) {
            uint256 node = _handler.nodeOf(index);
            address key = _handler.operator(index);
            require(NodeId.unwrap(registry.nodeOf(key)) == node, "INV-REG-4: operator");
            if (node == 0) continue;
            require(registry.get(NodeId.wrap(uint32(node))).operator == key, "INV-REG-4: key");
            (NodeId resolved, address payout) = registry.resolve(key);
            require(NodeId.unwrap(resolved) == node && payout == _handler.payout(node), "INV-REG-4: resolve");
        }
    }

    /// @dev What was earned can always be paid.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_5() public view {
        NodeRegistry registry = _handler.registry();
        for (uint256 node = 1; node <= _handler.count(); ++node) {
            address payout = registry.payoutOf(NodeId.wrap(uint32(node)));
            require(payout != address(0) && payout == _handler.payout(node), "INV-REG-5");
        }
    }
}
