// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Draw, DrawOutcome, IScheduler} from "../../../contracts/matching/IScheduler.sol";
import {SchedulingWeight} from "../../../contracts/matching/SchedulingWeight.sol";
import {SortitionTree} from "../../../contracts/matching/SortitionTree.sol";
import {Tiers} from "../../../contracts/matching/Tiers.sol";
import {Node} from "../../../contracts/registry/INodeRegistry.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev What the scheduler asks of a registry, one slot a node. Every node is eligible until it is stopped.
contract NodeRegistryDouble {
    struct Answer {
        uint64 capacity;
        DeviceClass device;
        bool isStopped;
    }

    mapping(NodeId node => Answer answer) private _answers;

    function set(NodeId node, uint64 capacity, DeviceClass device, bool isStopped) external {
        _answers[node] = Answer(capacity, device, isStopped);
    }

    function isEligible(NodeId node) external view returns (bool) {
        Answer storage answer = _answers[node];
        return answer.capacity != 0 && !answer.isStopped;
    }

    function dailyCapacityOf(NodeId node) external view returns (uint256) {
        return _answers[node].capacity;
    }

    function get(NodeId node) external view returns (Node memory data) {
        data.deviceClass = _answers[node].device;
    }
}

/// @dev Fills a scheduler with nodes, and draws and measures, many times a call. Needs the roles of market, reputation
/// and stake vault.
contract SchedulerHarness {
    /// @dev How weights are spread over node ids.
    enum Spread {
        Uniform,
        Linear,
        HeavyTailed
    }

    error CallFailed(bytes reason);

    /// @dev Makes nodes [first, first + count) known: GPUs of tier 0 to 2, with `weightIn` as weight.
    function populate(
        IScheduler scheduler,
        NodeRegistryDouble registry,
        uint256 first,
        uint256 count,
        Spread spread
    ) external {
        for (uint256 i = first; i < first + count; ++i) {
            NodeId node = NodeId.wrap(uint32(i));
            registry.set(node, uint64(weightIn(spread, i) * 40_000), DeviceClass.GPU, false);
            scheduler.setStanding(node, 5_000, 0);
            scheduler.poke(node);
        }
    }

    /// @dev How often each of nodes 1 ... `nodes` comes up, at its index, in draws with salts [from, from + count).
    /// Index 0 counts draws of nobody.
    function countDraws(
        IScheduler scheduler,
        Draw memory request,
        uint256 from,
        uint256 count,
        uint256 nodes
    ) external view returns (uint256[] memory counts) {
        counts = new uint256[](nodes + 1);
        for (uint256 salt = from; salt < from + count; ++salt) {
            request.salt = bytes32(salt);
            (, NodeId node) = scheduler.preview(request);
            ++counts[NodeId.unwrap(node)];
        }
    }

    /// @dev Takes with salts [from, from + count); returns what would have come of each in `preview` just before.
    function takeMany(IScheduler scheduler, Draw memory request, uint256 from, uint256 count) external {
        for (uint256 salt = from; salt < from + count; ++salt) {
            request.salt = bytes32(salt);
            (DrawOutcome expected, NodeId expectedNode) = scheduler.preview(request);
            (DrawOutcome outcome, NodeId node, uint256 boostBps) = scheduler.take(request);
            require(outcome == expected && node == expectedNode, CallFailed("preview and take differ"));
            bool told = boostBps == (outcome == DrawOutcome.Drawn ? scheduler.weightOf(node).boost : 0);
            require(told, CallFailed("take tells another boost"));
        }
    }

    /// @dev Gas that a call adds to a transaction: from here, with every slot of `target` cold, without 21,000.
    function gasOf(address target, bytes calldata data) external returns (uint256 gas) {
        uint256 before = gasleft();
        (bool success, bytes memory reason) = target.call(data);
        gas = before - gasleft();
        require(success, CallFailed(reason));
    }

    /// @dev The weight that `populate` gives.
    function weightIn(Spread spread, uint256 node) public pure returns (uint256) {
        if (spread == Spread.Uniform) return 1_000;
        return spread == Spread.Linear ? 100 * node : 1_000_000 / node;
    }
}

/// @dev A tree that is written word by word: a million positions in minutes instead of hours.
contract SortitionTreeLoader {
    using SortitionTree for SortitionTree.Tree;

    SortitionTree.Tree private _tree;

    /// @dev Writes `word` to the indices [first, end) of a level.
    function writeWords(uint256 level, uint256 first, uint256 end, uint256 word) external {
        for (uint256 index = first; index < end; ++index) _tree.words.current[(level << 32) | index] = word;
    }

    function setDepth(uint256 depth) external {
        _tree.depth = depth;
    }

    function set(uint256 position, uint256 weight, uint256 period) external {
        _tree.set(position, weight, period);
    }

    function frozenTotal(uint256 period) external view returns (uint256) {
        return _tree.frozenTotal(period);
    }

    /// @dev What a point comes to, and the gas of reading it with every slot cold.
    function draw(uint256 point, uint256 period) external view returns (uint256 position, uint256 weight, uint256 gas) {
        uint256 before = gasleft();
        (position, weight) = _tree.drawFrozen(point, period);
        gas = before - gasleft();
    }
}

/// @dev The pure libraries, many cases a call, each case the arguments in the order of the library function.
contract MatchingHarness {
    function tierOf(uint256[4][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = Tiers.tierOf(cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
        }
    }

    function compositeDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = Tiers.compositeDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function capabilityDown(uint256[1][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = Tiers.capabilityDown(cases[i][0]);
    }

    function weightDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = SchedulingWeight.weightDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function limitOf(uint256 tier) external pure returns (uint256) {
        return Tiers.limitOf(tier);
    }

    function weightBpsOf(uint256 tier) external pure returns (uint256) {
        return Tiers.weightBpsOf(tier);
    }
}
