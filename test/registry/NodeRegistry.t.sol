// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Benchmark, DeviceClass, Node, NodeStatus} from "../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../contracts/registry/NodeRegistry.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {Roles} from "../../contracts/types/Roles.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives a registry: every external function, with a plain model of the status of each node beside it.
contract NodeRegistryHandler is Handler {
    uint256 public constant OPERATORS = 10;
    uint256 private constant ATTESTOR_KEY = 0xa77e57;

    NodeRegistry public immutable registry;
    bytes32 private immutable _domain;

    // Ghosts: the model, and what the set was at the end of some seconds.
    mapping(uint256 node => NodeStatus status) public status;
    mapping(uint256 node => uint256 timestamp) public lastHeartbeat;
    mapping(uint256 node => uint256 timestamp) public expiresAt;
    mapping(uint256 node => uint256 nonce) public nonce;
    mapping(uint256 node => address payout) public payout;
    mapping(uint256 index => uint256 node) public nodeOf;
    uint256 public count;
    uint256[] private _seconds;
    mapping(uint256 second => uint256[] ids) private _membersAt;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        manager.grantRole(Roles.ATTESTOR, vm.addr(ATTESTOR_KEY), 0);
        _domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Corex NodeRegistry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
    }

    /// @dev Ends the second: remembers what the set was, then lets time pass.
    function warp(uint256 secondsAhead) external onTime {
        uint256 size = registry.activeCount();
        NodeId[] memory members = registry.activeNodes(0, size);
        _seconds.push(clock);
        for (uint256 i = 0; i < size; ++i) _membersAt[clock].push(NodeId.unwrap(members[i]));
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
        payout[count] = _operator(index);
    }

    function submitBenchmark(uint256 nodeSeed, uint256 life) public onTime {
        uint256 node = bound(nodeSeed, 0, count);
        Benchmark memory benchmark = Benchmark({
            node: NodeId.wrap(uint32(node)),
            dailyWorkUnits: 1e9,
            measuredAt: uint40(clock - (life % 3600)),
            expiresAt: uint40(clock + bound(life, 1, 80 days)),
            nonce: uint32(nonce[node])
        });
        bytes memory signature = _sign(benchmark);
        address attestor = vm.addr(ATTESTOR_KEY);
        if (status[node] != NodeStatus.Registered && status[node] != NodeStatus.Active) {
            bytes memory call = abi.encodeCall(registry.submitBenchmark, (benchmark, attestor, signature));
            return mustFail(address(this), address(registry), call);
        }
        registry.submitBenchmark(benchmark, attestor, signature);
        ++nonce[node];
        expiresAt[node] = benchmark.expiresAt;
        if (status[node] == NodeStatus.Registered && clock <= lastHeartbeat[node] + 1 hours) {
            status[node] = NodeStatus.Active;
        }
        // Each attestation counts once.
        mustFail(
            address(this),
            address(registry),
            abi.encodeCall(registry.submitBenchmark, (benchmark, attestor, signature))
        );
    }

    function heartbeat(uint256 operatorSeed) public onTime {
        uint256 index = bound(operatorSeed, 1, OPERATORS);
        uint256 node = nodeOf[index];
        if (status[node] != NodeStatus.Registered && status[node] != NodeStatus.Active) {
            return mustFail(_operator(index), address(registry), abi.encodeCall(registry.heartbeat, ()));
        }
        vm.prank(_operator(index));
        registry.heartbeat();
        lastHeartbeat[node] = clock;
        status[node] = clock < expiresAt[node] ? NodeStatus.Active : NodeStatus.Registered;
    }

    /// @dev All it takes to be active, so that the set is rarely empty.
    function join(uint256 operatorSeed, uint256 life) external {
        register(operatorSeed);
        uint256 node = nodeOf[bound(operatorSeed, 1, OPERATORS)];
        submitBenchmark(node, life);
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

    function suspend(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.suspend, (NodeId.wrap(uint32(node))));
        if (_isOut(node) || status[node] == NodeStatus.Suspended) {
            return mustFail(address(this), address(registry), call);
        }
        mustFail(_operator(1), address(registry), call);
        registry.suspend(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Suspended;
    }

    function reinstate(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.reinstate, (NodeId.wrap(uint32(node))));
        if (status[node] != NodeStatus.Suspended) return mustFail(address(this), address(registry), call);
        registry.reinstate(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Registered;
    }

    function remove(uint256 nodeSeed, uint256 chance) external onTime {
        if (chance % 4 != 0) return;
        uint256 node = bound(nodeSeed, 0, count);
        bytes memory call = abi.encodeCall(registry.remove, (NodeId.wrap(uint32(node))));
        if (_isOut(node)) return mustFail(address(this), address(registry), call);
        registry.remove(NodeId.wrap(uint32(node)));
        status[node] = NodeStatus.Removed;
    }

    function operator(uint256 index) external pure returns (address) {
        return _operator(index);
    }

    function secondsCount() external view returns (uint256) {
        return _seconds.length;
    }

    function secondAt(uint256 index) external view returns (uint256) {
        return _seconds[index];
    }

    function membersAt(uint256 second) external view returns (uint256[] memory) {
        return _membersAt[second];
    }

    function isEligible(uint256 node) public view returns (bool) {
        return status[node] == NodeStatus.Active && clock < expiresAt[node] && clock <= lastHeartbeat[node] + 1 hours;
    }

    function _isOut(uint256 node) private view returns (bool) {
        return
            status[node] == NodeStatus.None || status[node] == NodeStatus.Exited || status[node] == NodeStatus.Removed;
    }

    function _sign(Benchmark memory benchmark) private view returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "Benchmark(uint32 node,uint64 dailyWorkUnits,uint40 measuredAt,uint40 expiresAt,uint32 nonce)"
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain, keccak256(abi.encode(typeHash, benchmark))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, digest);
        return abi.encodePacked(r, s, v);
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

    /// @dev The past does not change: the last seconds, and the first.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_2() public {
        vm.warp(_handler.clock());
        NodeRegistry registry = _handler.registry();
        uint256 length = _handler.secondsCount();
        for (uint256 i = 0; i < 4 && i < length; ++i) {
            uint256 second = _handler.secondAt(i == 0 ? 0 : length - i);
            uint256[] memory members = _handler.membersAt(second);
            require(registry.activeCountAt(second) == members.length, "INV-REG-2: size");
            for (uint256 j = 0; j < members.length; ++j) {
                require(NodeId.unwrap(registry.activeNodeAt(j, second)) == members[j], "INV-REG-2: member");
            }
            require(NodeId.unwrap(registry.activeNodeAt(members.length, second)) == 0, "INV-REG-2: beyond");
        }
    }

    /// @dev Status and eligibility are those of the model, whose handler also tries what must fail.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_3() public {
        vm.warp(_handler.clock());
        NodeRegistry registry = _handler.registry();
        for (uint256 node = 1; node <= _handler.count(); ++node) {
            NodeId id = NodeId.wrap(uint32(node));
            require(registry.get(id).status == _handler.status(node), "INV-REG-3: status");
            require(registry.isEligible(id) == _handler.isEligible(node), "INV-REG-3: eligible");
        }
    }

    /// @dev One node per operator, one count per benchmark.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REG_4() public view {
        NodeRegistry registry = _handler.registry();
        require(registry.nodeCount() == _handler.count(), "INV-REG-4: count");
        for (uint256 index = 1; index <= _handler.OPERATORS(); ++index) {
            uint256 node = _handler.nodeOf(index);
            address key = _handler.operator(index);
            require(NodeId.unwrap(registry.nodeOf(key)) == node, "INV-REG-4: operator");
            if (node == 0) continue;
            Node memory data = registry.get(NodeId.wrap(uint32(node)));
            require(data.operator == key, "INV-REG-4: key");
            require(data.benchmarkNonce == _handler.nonce(node), "INV-REG-4: nonce");
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
