// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IEntropySource} from "../matching/IEntropySource.sol";
import {IScheduler} from "../matching/IScheduler.sol";
import {SortitionTree} from "../matching/SortitionTree.sol";
import {INodeRegistry, Node} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {IStakeVault} from "../staking/IStakeVault.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {WORK_KINDS, WorkKind} from "../types/WorkKind.sol";
import {CommitteeRules} from "./CommitteeRules.sol";
import {IVerifierCommittee, Truth, VerifierRecord, Vote} from "./IVerifierCommittee.sol";

/// @title VerifierPool
/// @notice Who verifies what, with which weight; where candidates come from.
/// @dev WEIGHTS
/// - One tree for each kind, with the weight of every verifier that enrolled for it; a node has one weight for all its kinds.
/// - Candidates come up in proportion to the weights at the start of the period, before the entropy of its tickets was known.
///   One whose weight fell since is accepted with probability present / frozen, from a hash of its own. So a verifier can give
///   up its own seat after it saw the entropy, and nothing else.
/// @dev INVARIANTS
/// - INV-VER-5: the total of the tree of a kind is the sum of the weights of the verifiers that enrolled for it.
/// @dev LIVENESS
/// - Weights are as of the last `enrol` or `sync`, which anyone may call. Who is drawn is weighed again at that moment, and who
///   does not qualify leaves the trees: dead weight starves no draw for long.
/// - A draw looks at `ATTEMPTS_PER_SEAT` x size + `SPARE_ATTEMPTS` candidates and retires at most `MAX_REPAIRS` of them.
abstract contract VerifierPool is IVerifierCommittee {
    using SortitionTree for SortitionTree.Tree;

    /// @dev One slot. A count cannot overflow: a verifier has at most ten seats at once, each for ten minutes at least, so 2^24 of
    /// them take 31 years without a pause.
    /// @param kinds Bit k is set for kind k.
    /// @param weight Weight in the trees of these kinds as of now; zero without any.
    struct Verifier {
        uint8 kinds;
        uint32 weight;
        uint24 seats;
        uint24 revealed;
        uint24 abstained;
        uint24 silent;
        uint24 coherent;
        uint24 incoherent;
        uint24 plantsCaught;
        uint24 plantsMissed;
    }

    /// @dev What the attempts of one draw have in common.
    /// @param kind Tree that is drawn from.
    /// @param period The running period.
    /// @param total Sum of the weights at its start.
    /// @param seed What the hashes of the attempts start from.
    struct Lottery {
        uint256 kind;
        uint256 period;
        uint256 total;
        bytes32 seed;
    }

    /// @dev Verifiers of a draw in the making, and candidates to retire.
    struct Sitting {
        uint256 count;
        NodeId[] verifiers;
        uint256[] stakes;
        uint256 staleCount;
        NodeId[] stale;
    }

    /// @notice Candidates that one draw looks at: so many for each seat, and so many more.
    uint256 public constant ATTEMPTS_PER_SEAT = 4;
    uint256 public constant SPARE_ATTEMPTS = 16;

    /// @notice Candidates that one draw retires because they no longer qualify: each costs up to a sync in five trees.
    uint256 public constant MAX_REPAIRS = 2;

    /// @dev Tells the hash that accepts a candidate from the one that chose it.
    bytes32 private constant ACCEPTANCE = "acceptance";

    INodeRegistry internal immutable _registry;
    IScheduler internal immutable _scheduler;
    IEntropySource internal immutable _entropy;
    IReputation internal immutable _reputation;
    IStakeVault internal immutable _vault;

    mapping(NodeId node => Verifier verifier) private _verifiers;

    /// @dev Nodes that ever enrolled; as in the registry, where neither ever changes.
    mapping(address operator => NodeId node) private _nodeOf;

    SortitionTree.Tree[WORK_KINDS] private _trees;

    constructor(INodeRegistry registry, IScheduler scheduler, IReputation reputation, IStakeVault vault) {
        _registry = registry;
        _scheduler = scheduler;
        _entropy = scheduler.entropySource();
        _reputation = reputation;
        _vault = vault;
    }

    /// @inheritdoc IVerifierCommittee
    function enrol(uint256 kinds) external {
        // Check: a node's operator, and kinds that exist.
        NodeId node = _registry.nodeOf(msg.sender);
        require(NodeId.unwrap(node) != 0, VerifierCommitteeNoNode(msg.sender));
        uint256 allKinds = 2 ** WORK_KINDS - 1;
        require(kinds <= allKinds, VerifierCommitteeOutOfBounds("kinds", kinds, 0, allKinds));

        // Effect: in the trees of these kinds and in no others.
        _nodeOf[msg.sender] = node;
        uint256 oldKinds = _verifiers[node].kinds;
        _place(node, kinds, _weightNow(node));

        emit VerifierEnrolled(node, oldKinds, kinds);
    }

    /// @inheritdoc IVerifierCommittee
    function sync(NodeId node) external {
        _place(node, _verifiers[node].kinds, _weightNow(node));
    }

    /// @inheritdoc IVerifierCommittee
    function verifierOf(NodeId node) external view returns (uint256 kinds, uint256 weight) {
        Verifier storage verifier = _verifiers[node];
        return (verifier.kinds, verifier.weight);
    }

    /// @inheritdoc IVerifierCommittee
    function isQualified(NodeId node) external view returns (bool) {
        return _weightNow(node) != 0;
    }

    /// @inheritdoc IVerifierCommittee
    function totalOf(WorkKind kind) external view returns (uint256 total) {
        return _trees[uint256(kind)].total();
    }

    /// @inheritdoc IVerifierCommittee
    function recordOf(NodeId node) external view returns (VerifierRecord memory) {
        Verifier storage verifier = _verifiers[node];
        return
            VerifierRecord({
                seats: verifier.seats,
                revealed: verifier.revealed,
                abstained: verifier.abstained,
                silent: verifier.silent,
                coherent: verifier.coherent,
                incoherent: verifier.incoherent,
                plantsCaught: verifier.plantsCaught,
                plantsMissed: verifier.plantsMissed
            });
    }

    /// @dev Counts a seat of `node` whose verdict is `vote`, None for silence, once it is known what was true.
    function _count(NodeId node, Vote vote, Truth truth) internal {
        Verifier storage verifier = _verifiers[node];
        ++verifier.seats;
        if (vote == Vote.None) ++verifier.silent;
        else ++verifier.revealed;
        if (vote == Vote.Abstain) ++verifier.abstained;
        if (CommitteeRules.isCoherent(vote, truth)) {
            ++verifier.coherent;
            if (truth == Truth.Planted) ++verifier.plantsCaught;
        } else if (CommitteeRules.offenceOf(vote, truth) != Offence.None) {
            ++verifier.incoherent;
            if (truth == Truth.Planted) ++verifier.plantsMissed;
        }
    }

    /// @dev Draws verifiers of `kind`, each checked as of now and held: at most `size`, and none with an address of `barred`.
    function _sit(
        WorkKind kind,
        uint256 size,
        address[3] memory barred,
        bytes32 seed
    ) internal returns (Sitting memory sitting) {
        sitting.verifiers = new NodeId[](size);
        sitting.stakes = new uint256[](size);
        sitting.stale = new NodeId[](MAX_REPAIRS);
        Lottery memory lottery = _lotteryOf(kind, seed);
        if (lottery.total == 0) return sitting;
        uint256 attempts = ATTEMPTS_PER_SEAT * size + SPARE_ATTEMPTS;
        for (uint256 attempt = 0; attempt < attempts && sitting.count < size; ++attempt) {
            (NodeId candidate, uint256 frozenWeight) = _candidateOf(lottery, attempt);
            if (_contains(sitting.verifiers, sitting.count, candidate)) continue;
            if (_contains(sitting.stale, sitting.staleCount, candidate)) continue;
            if (!_isEnrolled(candidate, lottery.kind) || _isBarred(candidate, barred)) continue;
            uint256 weight = _weightNow(candidate);
            if (weight == 0) {
                if (sitting.staleCount < MAX_REPAIRS) sitting.stale[sitting.staleCount++] = candidate;
                continue;
            }
            if (!_accepts(lottery, attempt, weight, frozenWeight)) continue;
            uint256 stake = _vault.stakeOf(candidate);
            if (!_vault.hold(candidate, CommitteeRules.holdUp(stake))) continue;
            sitting.verifiers[sitting.count] = candidate;
            sitting.stakes[sitting.count++] = stake;
        }
    }

    /// @dev Takes `node` out of the draws of later periods until somebody syncs it.
    function _retire(NodeId node) internal {
        _place(node, _verifiers[node].kinds, 0);
    }

    /// @dev Node of `operator` if it ever enrolled, else zero.
    function _enrolledBy(address operator) internal view returns (NodeId) {
        return _nodeOf[operator];
    }

    /// @dev Whether `node` verifies works of `kind` now.
    function _isEnrolled(NodeId node, uint256 kind) private view returns (bool) {
        return (_verifiers[node].kinds >> kind) & 1 != 0;
    }

    /// @dev What stake, tier, reputation and eligibility of `node` make its weight now; zero when it does not qualify.
    function _weightNow(NodeId node) private view returns (uint256) {
        if (!_registry.isEligible(node)) return 0;
        return
            CommitteeRules.weightDown(
                _vault.stayingStakeOf(node),
                _reputation.scoreOf(node),
                _scheduler.weightOf(node).tier
            );
    }

    /// @dev A lottery among the verifiers of `kind`.
    function _lotteryOf(WorkKind kind, bytes32 seed) private view returns (Lottery memory lottery) {
        lottery.kind = uint256(kind);
        lottery.period = _entropy.period();
        lottery.total = _trees[lottery.kind].frozenTotal(lottery.period);
        lottery.seed = seed;
    }

    /// @dev The verifier that an attempt hits, and its weight at the start of the period. Precondition: total != 0.
    function _candidateOf(
        Lottery memory lottery,
        uint256 attempt
    ) private view returns (NodeId node, uint256 frozenWeight) {
        uint256 point = uint256(keccak256(abi.encode(lottery.seed, attempt))) % lottery.total;
        uint256 position;
        (position, frozenWeight) = _trees[lottery.kind].drawFrozen(point, lottery.period);
        // Cast is safe: positions with a weight are ids minus one.
        node = NodeId.wrap(uint32(position + 1));
    }

    /// @dev Whether a candidate with `weight` now and `frozenWeight` at the start of the period is accepted: with probability
    /// of their ratio, and always when it did not fall.
    function _accepts(
        Lottery memory lottery,
        uint256 attempt,
        uint256 weight,
        uint256 frozenWeight
    ) private pure returns (bool) {
        if (weight >= frozenWeight) return true;
        return uint256(keccak256(abi.encode(ACCEPTANCE, lottery.seed, attempt))) % frozenWeight < weight;
    }

    /// @dev Whether operator or payout address of `node` is one of `barred`: operator and payout of the executor, the owner.
    function _isBarred(NodeId node, address[3] memory barred) private view returns (bool) {
        Node memory data = _registry.get(node);
        for (uint256 i = 0; i < barred.length; ++i) {
            if (data.operator == barred[i] || data.payout == barred[i]) return true;
        }
        return false;
    }

    /// @dev Sets kinds and weight of `node`, and the trees with them: the one place that writes either.
    function _place(NodeId node, uint256 kinds, uint256 weight) private {
        Verifier storage verifier = _verifiers[node];
        uint256 oldKinds = verifier.kinds;
        uint256 oldWeight = verifier.weight;
        if (kinds == 0) weight = 0;
        if (kinds == oldKinds && weight == oldWeight) return;

        // Effect: what is known of it. Casts are safe: kinds are five bits, a weight is below 2^25.
        verifier.kinds = uint8(kinds);
        verifier.weight = uint32(weight);

        // Effect: the trees of the kinds that it had or has. Never of node zero, which never enrols.
        uint256 period = _entropy.period();
        for (uint256 kind = 0; kind < WORK_KINDS; ++kind) {
            uint256 before = (oldKinds >> kind) & 1 == 0 ? 0 : oldWeight;
            uint256 present = (kinds >> kind) & 1 == 0 ? 0 : weight;
            if (before != present) _trees[kind].set(NodeId.unwrap(node) - 1, present, period);
        }

        if (weight != oldWeight) emit VerifierWeightUpdated(node, oldWeight, weight);
    }

    /// @dev Whether `node` is among the first `count` of `nodes`.
    function _contains(NodeId[] memory nodes, uint256 count, NodeId node) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) {
            if (nodes[i] == node) return true;
        }
        return false;
    }
}
