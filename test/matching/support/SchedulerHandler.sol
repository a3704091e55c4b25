// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {BlockEntropy} from "../../../contracts/matching/BlockEntropy.sol";
import {EntropyStatus} from "../../../contracts/matching/IEntropySource.sol";
import {Draw, DrawOutcome, NodeWeight} from "../../../contracts/matching/IScheduler.sol";
import {Scheduler} from "../../../contracts/matching/Scheduler.sol";
import {Tiers} from "../../../contracts/matching/Tiers.sol";
import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Handler} from "../../support/Handler.sol";
import {vm} from "../../support/Vm.sol";
import {chainVm} from "../../support/market/ChainVm.sol";

/// @dev Drives a scheduler over a real registry and real block entropy, with a plain model of every node beside it.
contract SchedulerHandler is Handler {
    uint256 public constant OPERATORS = 12;
    uint32 public constant PERIOD_BLOCKS = 16;
    address private constant STRANGER = address(0x5742a93e);

    /// @dev What the scheduler should know of a node.
    struct Model {
        uint256 capacity;
        uint256 score;
        uint256 record;
        uint256 boost;
        uint256 open;
        uint256 weight;
        uint256 tier;
        uint256 frozenWeight;
        uint256 frozenTier;
    }

    NodeRegistry public immutable registry;
    Scheduler public immutable scheduler;
    BlockEntropy public immutable entropy;

    uint256 public blockNumber = 1_000;
    uint256 public count;
    uint256 public drawn;
    Model[OPERATORS + 1] private _models;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        entropy = new BlockEntropy(PERIOD_BLOCKS, 4, 1 ether);
        scheduler = new Scheduler(address(manager), registry, entropy);
        for (uint256 i = 1; i <= OPERATORS; ++i) _models[i].boost = 10_000;
        for (uint256 i = 1; i <= 4; ++i) join(i, i, i * 7);
    }

    /// @dev Sets block and time to the handler's.
    modifier onChain() {
        vm.warp(clock);
        chainVm.roll(blockNumber);
        _;
    }

    function modelOf(uint256 node) external view returns (Model memory) {
        return _models[node];
    }

    function deviceOf(uint256 index) public pure returns (DeviceClass) {
        return DeviceClass(index % 3);
    }

    /// @dev Goes to a later block, and over the start of a period sometimes.
    function advance(uint256 blocks, uint256 secondsAhead) external onChain {
        clock += secondsAhead % 8 == 0 ? bound(secondsAhead, 1, 3 hours) : bound(secondsAhead, 1, 3 minutes);
        for (uint256 left = bound(blocks, 1, 6); left != 0; --left) {
            uint256 ended = blockNumber++;
            chainVm.roll(blockNumber);
            chainVm.setBlockhash(ended, keccak256(abi.encode("block", ended, blocks)));
            if (blockNumber % PERIOD_BLOCKS == 0) _freeze();
        }
        vm.warp(clock);
    }

    /// @dev Registers a node when there is none, and gives it a benchmark and a standing.
    function join(uint256 indexSeed, uint256 capacitySeed, uint256 life) public onChain {
        uint256 index = bound(indexSeed, 1, OPERATORS);
        if (index > count) index = _register();
        NodeStatus status = registry.get(_id(index)).status;
        if (status == NodeStatus.Registered || status == NodeStatus.Active) {
            vm.prank(_operator(index));
            registry.heartbeat();
            _benchmark(index, 1e6 << (capacitySeed % 18), bound(life, 1 hours, 5 days));
            poke(index);
            setStanding(index, 3_000 + (capacitySeed % 7_001), 2_000 + (life % 8_001));
        }
    }

    function heartbeat(uint256 indexSeed) external onChain {
        uint256 index = bound(indexSeed, 1, count);
        NodeStatus status = registry.get(_id(index)).status;
        if (status != NodeStatus.Registered && status != NodeStatus.Active) return;
        vm.prank(_operator(index));
        registry.heartbeat();
    }

    function suspend(uint256 indexSeed) external onChain {
        NodeId node = _id(bound(indexSeed, 1, count));
        NodeStatus status = registry.get(node).status;
        if (status == NodeStatus.Registered || status == NodeStatus.Active) registry.suspend(node);
    }

    function reinstate(uint256 indexSeed) external onChain {
        NodeId node = _id(bound(indexSeed, 1, count));
        if (registry.get(node).status == NodeStatus.Suspended) registry.reinstate(node);
    }

    function depart(uint256 indexSeed, uint256 chance) external onChain {
        uint256 index = bound(indexSeed, 1, count);
        NodeStatus status = registry.get(_id(index)).status;
        if (chance % 6 > 1 || status == NodeStatus.Exited || status == NodeStatus.Removed) return;
        if (chance % 6 == 0) return registry.remove(_id(index));
        vm.prank(_operator(index));
        registry.exit();
    }

    /// @dev By anyone, for any id.
    function poke(uint256 indexSeed) public onChain {
        uint256 index = bound(indexSeed, 0, count + 1);
        vm.prank(STRANGER);
        scheduler.poke(_id(index));
        if (index == 0 || index > count) return;
        uint256 capacity = registry.isEligible(_id(index)) ? registry.dailyCapacityOf(_id(index)) : 0;
        _models[index].capacity = capacity < 2e11 ? capacity : 2e11;
        _derive(index);
    }

    function setStanding(uint256 indexSeed, uint256 score, uint256 record) public onChain {
        uint256 index = bound(indexSeed, 1, OPERATORS);
        (uint256 scoreBps, uint256 recordBps) = (score % 10_100, record % 10_100);
        bytes memory call = abi.encodeCall(scheduler.setStanding, (_id(index), scoreBps, recordBps));
        mustFail(STRANGER, address(scheduler), call);
        if (scoreBps > 10_000 || recordBps > 10_000) return mustFail(address(this), address(scheduler), call);
        scheduler.setStanding(_id(index), scoreBps, recordBps);
        (_models[index].score, _models[index].record) = (scoreBps, recordBps);
        _derive(index);
    }

    function setBoost(uint256 indexSeed, uint256 boost) external onChain {
        uint256 index = bound(indexSeed, 1, OPERATORS);
        uint256 boostBps = boost % 3 == 0 ? 10_000 : bound(boost, 9_900, 30_100);
        bytes memory call = abi.encodeCall(scheduler.setBoost, (_id(index), boostBps));
        mustFail(STRANGER, address(scheduler), call);
        if (boostBps != 10_000 && (boostBps < 11_000 || boostBps > 30_000)) {
            return mustFail(address(this), address(scheduler), call);
        }
        scheduler.setBoost(_id(index), boostBps);
        _models[index].boost = boostBps;
        _derive(index);
    }

    function take(uint256 class, uint256 back, bytes32 salt, uint256 excludedSeed) public onChain {
        // Every class, and one beyond each end; tickets of this period mostly, pending and expired ones too.
        Draw memory request = Draw({
            ticket: uint40(blockNumber - (back % (back % 5 == 0 ? 24 : 6))),
            salt: salt,
            device: uint8(class % 16 == 0 ? 5 : class % 4),
            minTier: uint8((class >> 8) % 16 == 0 ? 5 : (class >> 8) % 3),
            excluded: _id(bound(excludedSeed, 0, count))
        });
        bytes memory call = abi.encodeCall(scheduler.take, (request));
        mustFail(STRANGER, address(scheduler), call);
        if (request.device > 4 || request.minTier > 4) return mustFail(address(this), address(scheduler), call);

        (DrawOutcome expected, NodeId expectedNode) = scheduler.preview(request);
        (DrawOutcome outcome, NodeId node, ) = scheduler.take(request);
        require(outcome == expected && node == expectedNode, "preview and take differ");
        _requireOutcome(request, outcome, node);
        _absorbRepairs();
        if (outcome != DrawOutcome.Drawn) return;

        uint256 index = NodeId.unwrap(node);
        requireDrawable(index, request);
        ++_models[index].open;
        ++drawn;
        _derive(index);
    }

    /// @dev Many draws of everything, so that limits are reached.
    function takeMany(bytes32 salt) external {
        for (uint256 i = 0; i < 6; ++i) take(4, 1, keccak256(abi.encode(salt, i)), 0);
    }

    function giveBack(uint256 indexSeed) external onChain {
        uint256 index = bound(indexSeed, 0, count + 1);
        bytes memory call = abi.encodeCall(scheduler.giveBack, (_id(index)));
        mustFail(STRANGER, address(scheduler), call);
        if (index == 0 || index > count || _models[index].open == 0) {
            return mustFail(address(this), address(scheduler), call);
        }
        (uint256 tier, uint256 boost) = scheduler.giveBack(_id(index));
        require(tier == _models[index].tier && boost == _models[index].boost, "tier and boost at giving back");
        --_models[index].open;
        _derive(index);
    }

    /// @dev INV-SCH-3: what the model of a node that is drawn must look like.
    function requireDrawable(uint256 index, Draw memory request) public view {
        Model memory model = _models[index];
        require(registry.isEligible(_id(index)), "INV-SCH-3: not eligible");
        require(model.weight != 0 && model.capacity != 0, "INV-SCH-3: no weight");
        require(model.open < Tiers.limitOf(model.tier), "INV-SCH-3: at its limit");
        require(model.frozenWeight != 0, "INV-SCH-1: had no weight");
        require(model.tier >= request.minTier && model.frozenTier >= request.minTier, "tier");
        require(request.device == 0 || request.device == uint8(deviceOf(index)) + 1, "device");
    }

    function _requireOutcome(Draw memory request, DrawOutcome outcome, NodeId node) private view {
        bool isPending = request.ticket >= blockNumber;
        bool isRunning = request.ticket / PERIOD_BLOCKS == blockNumber / PERIOD_BLOCKS;
        (EntropyStatus status, bytes32 value) = entropy.read(request.ticket);
        require((status == EntropyStatus.Ready) == (value != 0), "value");
        require((outcome == DrawOutcome.Pending) == isPending, "pending");
        require(outcome != DrawOutcome.Expired || (!isPending && !isRunning) || value == 0, "expired");
        require((outcome == DrawOutcome.Drawn) == (NodeId.unwrap(node) != 0), "node");
        require(outcome != DrawOutcome.Drawn || (isRunning && value != 0), "drawn with another period's entropy");
    }

    /// @dev Nodes that a draw took out: not eligible, and no more than it may take.
    function _absorbRepairs() private {
        uint256 repaired = 0;
        for (uint256 index = 1; index <= count; ++index) {
            if (_models[index].capacity == 0 || scheduler.weightOf(_id(index)).capacity != 0) continue;
            require(!registry.isEligible(_id(index)), "took an eligible node out");
            _models[index].capacity = 0;
            _derive(index);
            ++repaired;
        }
        require(repaired <= scheduler.MAX_REPAIRS(), "repairs");
    }

    /// @dev Weight and tier that follow from the rest of the model.
    function _derive(uint256 index) private {
        Model storage model = _models[index];
        model.tier = Tiers.tierOf(model.capacity, model.score, model.record, model.boost);
        bool isFull = model.open >= Tiers.limitOf(model.tier);
        model.weight = isFull ? 0 : (model.capacity * model.score * model.boost) / 2e12;
    }

    function _freeze() private {
        for (uint256 index = 1; index <= OPERATORS; ++index) {
            _models[index].frozenWeight = _models[index].weight;
            _models[index].frozenTier = _models[index].tier;
        }
    }

    function _register() private returns (uint256 index) {
        index = ++count;
        vm.prank(_operator(index));
        registry.register(_operator(index), deviceOf(index), "ipfs://x");
    }

    function _benchmark(uint256 index, uint256 capacity, uint256 life) private {
        registry.recordBenchmark(_id(index), uint64(capacity), uint40(clock + life));
    }

    function _operator(uint256 index) private pure returns (address) {
        return address(uint160(0x09e7a70000 + index));
    }

    function _id(uint256 index) private pure returns (NodeId) {
        return NodeId.wrap(uint32(index));
    }
}
