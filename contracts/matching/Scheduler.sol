// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Brake} from "../governance/Brake.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {ANY_DEVICE, DEVICE_CLASSES, DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {EntropyStatus, IEntropySource} from "./IEntropySource.sol";
import {Draw, DrawOutcome, IScheduler, NodeWeight} from "./IScheduler.sol";
import {SchedulingWeight} from "./SchedulingWeight.sol";
import {SortitionTree} from "./SortitionTree.sol";
import {TIERS, Tiers} from "./Tiers.sol";
import {VersionedWords} from "./VersionedWords.sol";

/// @title Scheduler
/// @dev CLASSES
/// - One sum tree for each device class and tier, and for each device class one word with the totals of its five trees. A
///   draw is among the trees of its device, or of all, from its lowest tier up, as if they were one.
/// @dev FAIRNESS
/// - Candidates come up in proportion to the weights at the start of the period, before the entropy of its tickets was
///   known. The bias of the modulo is below 2^-208.
/// - A candidate whose weight fell since is accepted with probability present / frozen, from a hash of its own; so falling
///   weights count at once and rising ones from the next period on. A node can thereby only give up its own draw.
/// - A miss of `excluded` is not final: with no other candidate it is drawn again, so a single node cannot stall a task.
/// @dev INVARIANTS
/// - INV-SCH-1: the total of a class is the sum of the weights of its nodes, now and at the start of the period.
/// - INV-SCH-2: splitting hardware, stake or identity never raises the expected share of an owner.
/// - INV-SCH-3: a node that is not eligible, of weight zero or at its limit is never drawn, whoever forgot to poke it.
/// @dev TRUST
/// - The market decides who gives back, the reputation and the stake vault what they report; each within its scale.
/// - The entropy source decides every draw: see its own TRUST.
/// - The brake stops draws alone, for some days: what was drawn is worked on, given back and settled as ever, and owners can cancel.
/// @dev LIVENESS
/// - At most `MAX_ATTEMPTS` candidates are looked at, and `MAX_REPAIRS` taken out. Weights that are met and no longer
///   eligible are gone from the draws of the next period.
contract Scheduler is IScheduler, Brake {
    using SortitionTree for SortitionTree.Tree;
    using VersionedWords for VersionedWords.Words;
    using VersionedWords for uint256;

    /// @dev What the attempts of one draw have in common.
    /// @param words By device class, the totals of its trees at the start of the period; zero outside the class asked for.
    /// @param total Sum of these totals.
    /// @param period The running period.
    /// @param seed What the hashes of the attempts start from.
    struct Lottery {
        uint256[DEVICE_CLASSES] words;
        uint256 total;
        uint256 period;
        bytes32 seed;
    }

    /// @notice Candidates that one draw looks at.
    uint256 public constant MAX_ATTEMPTS = 16;

    /// @notice Candidates that one draw takes out of the trees because they are no longer eligible.
    uint256 public constant MAX_REPAIRS = 4;

    /// @dev Bits of a tree's total in the word of its device.
    uint256 private constant TOTAL_BITS = 45;

    /// @dev Bits of a node id in the list of candidates to take out.
    uint256 private constant NODE_BITS = 32;

    /// @dev Tells the hash that accepts a candidate from the one that chose it.
    bytes32 private constant ACCEPTANCE = "acceptance";

    INodeRegistry private immutable _registry;
    IEntropySource private immutable _entropy;

    mapping(NodeId node => NodeWeight record) private _records;

    /// @dev Keyed by device class; the number at slot t is the total of the tree of tier t.
    VersionedWords.Words private _totals;

    SortitionTree.Tree[TIERS][DEVICE_CLASSES] private _trees;

    constructor(
        address initialAuthority,
        INodeRegistry registry,
        IEntropySource entropy
    ) AccessManaged(initialAuthority) {
        _registry = registry;
        _entropy = entropy;
    }

    /// @inheritdoc IScheduler
    function take(
        Draw calldata request
    ) external restricted whenRunning returns (DrawOutcome outcome, NodeId node, uint256 boostBps) {
        uint256 stale;
        (outcome, node, stale) = _draw(request);

        // Effect: nodes that were met and are not eligible leave the trees.
        for (; stale != 0; stale >>= NODE_BITS) _setCapacity(NodeId.wrap(uint32(stale)), 0);

        // Effect: one fragment more. The limit is not exceeded: a node at its limit has weight zero.
        if (outcome != DrawOutcome.Drawn) return (outcome, node, 0);
        NodeWeight storage record = _records[node];
        _setOpen(node, record.open + 1);
        boostBps = record.boost;
    }

    /// @inheritdoc IScheduler
    function giveBack(NodeId node) external restricted returns (uint256 tier, uint256 boostBps) {
        return _giveBack(node);
    }

    /// @inheritdoc IScheduler
    function giveBackMany(NodeId[] calldata nodes) external restricted returns (uint256[] memory ratings) {
        ratings = new uint256[](nodes.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            (uint256 tier, uint256 boostBps) = _giveBack(nodes[i]);
            ratings[i] = Tiers.weightBpsOf(tier) * boostBps;
        }
    }

    /// @inheritdoc IScheduler
    function poke(NodeId node) external {
        uint256 capacity = 0;
        if (_registry.isEligible(node)) {
            // The registry has the same bound; a larger capacity must not break a tree.
            capacity = Math.min(_registry.dailyCapacityOf(node), SchedulingWeight.MAX_CAPACITY);
        }
        _setCapacity(node, capacity);
    }

    /// @inheritdoc IScheduler
    function setStanding(NodeId node, uint256 scoreBps, uint256 recordBps) external restricted {
        // Check: both are fractions of one.
        require(scoreBps <= BPS, SchedulerValueOutOfBounds("score", scoreBps, 0, BPS));
        require(recordBps <= BPS, SchedulerValueOutOfBounds("record", recordBps, 0, BPS));

        // Effect: standing, tier and weight. Casts are safe: at most 10,000.
        NodeWeight memory record = _recordOf(node);
        record.score = uint16(scoreBps);
        record.record = uint16(recordBps);
        _update(node, record);
    }

    /// @inheritdoc IScheduler
    function setBoost(NodeId node, uint256 boostBps) external restricted {
        // Check: no boost, or one that a stake gives.
        (uint256 minimum, uint256 maximum) = (Tiers.MIN_STAKED_BOOST_BPS, Tiers.MAX_BOOST_BPS);
        require(
            boostBps == BPS || (boostBps >= minimum && boostBps <= maximum),
            SchedulerValueOutOfBounds("boost", boostBps, minimum, maximum)
        );

        // Effect: boost, tier and weight. Cast is safe: at most 30,000.
        NodeWeight memory record = _recordOf(node);
        record.boost = uint16(boostBps);
        _update(node, record);
    }

    /// @inheritdoc IScheduler
    function preview(Draw calldata request) external view returns (DrawOutcome outcome, NodeId node) {
        (outcome, node, ) = _draw(request);
    }

    /// @inheritdoc IScheduler
    function nextTicket() external view returns (uint40 ticket) {
        return _entropy.nextTicket();
    }

    /// @inheritdoc IScheduler
    function horizon() external view returns (uint40 ticket) {
        return _entropy.horizon();
    }

    /// @inheritdoc IScheduler
    function entropySource() external view returns (IEntropySource) {
        return _entropy;
    }

    /// @inheritdoc IScheduler
    function weightOf(NodeId node) external view returns (NodeWeight memory) {
        return _recordOf(node);
    }

    /// @inheritdoc IScheduler
    function frozenWeightOf(NodeId node) external view returns (uint256 weight, uint256 tier) {
        NodeWeight storage record = _records[node];
        if (NodeId.unwrap(node) == 0) return (0, 0);
        SortitionTree.Tree[TIERS] storage trees = _trees[uint256(record.device)];
        uint256 period = _entropy.period();
        for (tier = 0; tier < TIERS; ++tier) {
            weight = trees[tier].frozenLeaf(NodeId.unwrap(node) - 1, period);
            if (weight != 0) return (weight, tier);
        }
        return (0, record.tier);
    }

    /// @inheritdoc IScheduler
    function frozenTotalOf(uint8 device, uint8 minTier) external view returns (uint256 total) {
        return _frozenTotals(device, minTier).total;
    }

    /// @inheritdoc IScheduler
    function totalOf(uint8 device, uint8 minTier) external view returns (uint256 total) {
        (uint256 first, uint256 end) = _devicesOf(device, minTier);
        for (uint256 i = first; i < end; ++i) total += _totals.current[i].sum(minTier, TIERS, TOTAL_BITS);
    }

    /// @dev Gives one fragment of `node` back.
    function _giveBack(NodeId node) private returns (uint256 tier, uint256 boostBps) {
        // Check: it has one.
        NodeWeight storage record = _records[node];
        uint256 open = record.open;
        require(open != 0, SchedulerNothingOpen(node));

        // Effect: one fragment less.
        _setOpen(node, open - 1);
        return (record.tier, record.boost);
    }

    /// @dev Sets what a node can do, and with it tier and weight.
    function _setCapacity(NodeId node, uint256 capacity) private {
        NodeWeight memory record = _recordOf(node);
        if (capacity == record.capacity) return;
        // A node without capacity is in no tree, so its device may still be learnt; the registry never changes it.
        if (record.capacity == 0) record.device = _registry.get(node).deviceClass;
        // Cast is safe: at most MAX_CAPACITY < 2^38.
        record.capacity = uint40(capacity);
        _update(node, record);
    }

    /// @dev Sets how many fragments `node` has, and with it its weight: none at the limit of its tier.
    function _setOpen(NodeId node, uint256 open) private {
        NodeWeight storage record = _records[node];
        uint256 tier = record.tier;
        uint256 limit = Tiers.limitOf(tier);
        uint256 oldWeight = record.weight;
        uint256 newWeight = open < limit ? SchedulingWeight.weightDown(record.capacity, record.score, record.boost) : 0;
        // Cast is safe: at most the largest limit, 32.
        record.open = uint16(open);

        emit LoadUpdated(node, open, limit);

        if (newWeight == oldWeight) return;
        // Cast is safe: a weight that a tree takes is below 2^25.
        record.weight = uint32(newWeight);
        _replant(node, record.device, tier, tier, oldWeight, newWeight);
    }

    /// @dev Stores `record` with the tier and weight that follow from the rest of it.
    function _update(NodeId node, NodeWeight memory record) private {
        uint256 oldTier = record.tier;
        uint256 oldWeight = record.weight;
        uint256 newTier = Tiers.tierOf(record.capacity, record.score, record.record, record.boost);
        uint256 newWeight =
            record.open < Tiers.limitOf(newTier)
                ? SchedulingWeight.weightDown(record.capacity, record.score, record.boost)
                : 0;
        // Casts are safe: at most 4, and a weight that a tree takes is below 2^25.
        record.tier = uint8(newTier);
        record.weight = uint32(newWeight);
        _records[node] = record;
        if (newWeight != oldWeight || newTier != oldTier) {
            _replant(node, record.device, oldTier, newTier, oldWeight, newWeight);
        }
    }

    /// @dev Moves the weight of `node` to the tree of its new tier.
    function _replant(
        NodeId node,
        DeviceClass device,
        uint256 oldTier,
        uint256 newTier,
        uint256 oldWeight,
        uint256 newWeight
    ) private {
        if (oldWeight != 0 || newWeight != 0) {
            uint256 period = _entropy.period();
            if (oldWeight != 0 && (newTier != oldTier || newWeight == 0)) _plant(node, device, oldTier, 0, period);
            if (newWeight != 0) _plant(node, device, newTier, newWeight, period);
        }

        emit WeightUpdated(node, device, oldTier, newTier, oldWeight, newWeight);
    }

    /// @dev Sets the weight of `node` in one tree, and the tree's total. Not for node zero: it never has a weight.
    function _plant(NodeId node, DeviceClass device, uint256 tier, uint256 weight, uint256 period) private {
        uint256 key = uint256(device);
        uint256 total = _trees[key][tier].set(NodeId.unwrap(node) - 1, weight, period);
        uint256 word = _totals.current[key];
        _totals.write(key, word, word.withNumber(tier, TOTAL_BITS, total), period);
    }

    /// @dev What a draw comes to, and the nodes it met that are not eligible, `NODE_BITS` each, at most `MAX_REPAIRS`.
    function _draw(Draw calldata request) private view returns (DrawOutcome outcome, NodeId node, uint256 stale) {
        // Check: the class exists, and its entropy serves.
        Lottery memory lottery = _frozenTotals(request.device, request.minTier);
        (EntropyStatus status, bytes32 value) = _entropy.read(request.ticket);
        if (status == EntropyStatus.Pending) return (DrawOutcome.Pending, node, 0);
        if (status == EntropyStatus.Expired) return (DrawOutcome.Expired, node, 0);
        if (lottery.total == 0) return (DrawOutcome.Nobody, node, 0);

        lottery.seed = keccak256(abi.encode(value, request.salt));
        for (uint256 attempt = 0; attempt < MAX_ATTEMPTS; ++attempt) {
            (NodeId candidate, uint256 frozenWeight) = _candidateOf(lottery, attempt);
            // The excluded node that has turned up already: only others matter now.
            if (candidate == node) continue;
            NodeWeight storage record = _records[candidate];
            uint256 weight = record.weight;
            if (weight == 0 || record.tier < request.minTier) continue;
            if (!_registry.isEligible(candidate)) {
                stale = _remembered(stale, candidate);
                continue;
            }
            if (weight < frozenWeight && !_accepts(lottery.seed, attempt, weight, frozenWeight)) continue;
            node = candidate;
            if (candidate != request.excluded) break;
        }
        outcome = NodeId.unwrap(node) == 0 ? DrawOutcome.Nobody : DrawOutcome.Drawn;
    }

    /// @dev The node that an attempt hits, and its weight at the start of the period.
    function _candidateOf(
        Lottery memory lottery,
        uint256 attempt
    ) private view returns (NodeId node, uint256 frozenWeight) {
        uint256 rest = uint256(keccak256(abi.encode(lottery.seed, attempt))) % lottery.total;
        uint256 device = 0;
        uint256 tier = TIERS;
        // Ends: the rest is below the sum of all numbers.
        while (true) {
            (tier, frozenWeight, rest) = lottery.words[device].find(TIERS, TOTAL_BITS, rest);
            if (tier != TIERS) break;
            ++device;
        }
        uint256 position;
        (position, frozenWeight) = _trees[device][tier].drawFrozen(rest, lottery.period);
        // Cast is safe: positions with a weight are ids minus one.
        node = NodeId.wrap(uint32(position + 1));
    }

    /// @dev The totals at the start of the running period, and their sum; the seed is not set.
    function _frozenTotals(uint8 device, uint8 minTier) private view returns (Lottery memory lottery) {
        (uint256 first, uint256 end) = _devicesOf(device, minTier);
        uint256 period = _entropy.period();
        uint256 below = minTier * TOTAL_BITS;
        uint256 total = 0;
        for (uint256 i = first; i < end; ++i) {
            uint256 word = (_totals.frozen(i, period) >> below) << below;
            lottery.words[i] = word;
            total += word.sum(minTier, TIERS, TOTAL_BITS);
        }
        lottery.total = total;
        lottery.period = period;
    }

    /// @dev What is stored about `node`; without any report its boost is one.
    function _recordOf(NodeId node) private view returns (NodeWeight memory record) {
        record = _records[node];
        // Cast is safe: 10,000.
        if (record.boost == 0) record.boost = uint16(BPS);
    }

    /// @dev The device classes of a class of task, as a range.
    function _devicesOf(uint8 device, uint8 minTier) private pure returns (uint256 first, uint256 end) {
        require(device <= DEVICE_CLASSES && minTier < TIERS, SchedulerUnknownClass(device, minTier));
        return device == ANY_DEVICE ? (0, DEVICE_CLASSES) : (device - 1, device);
    }

    /// @dev Adds `node` to a list of nodes that are taken out, if it has room and is not in it.
    function _remembered(uint256 list, NodeId node) private pure returns (uint256) {
        if (list >> (NODE_BITS * (MAX_REPAIRS - 1)) != 0) return list;
        for (uint256 rest = list; rest != 0; rest >>= NODE_BITS) {
            if (uint32(rest) == NodeId.unwrap(node)) return list;
        }
        return (list << NODE_BITS) | NodeId.unwrap(node);
    }

    /// @dev Whether a candidate whose weight fell from `frozenWeight` to `weight` is drawn: with probability of their ratio.
    function _accepts(bytes32 seed, uint256 attempt, uint256 weight, uint256 frozenWeight) private pure returns (bool) {
        return uint256(keccak256(abi.encode(ACCEPTANCE, seed, attempt))) % frozenWeight < weight;
    }
}
