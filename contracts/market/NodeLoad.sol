// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Draw, DrawOutcome, IScheduler} from "../matching/IScheduler.sol";
import {Tiers} from "../matching/Tiers.sol";
import {RewardMath} from "../mining/RewardMath.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {ISlasher, Verdict} from "../staking/ISlasher.sol";
import {IStakeVault} from "../staking/IStakeVault.sol";
import {ANY_DEVICE} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {BPS, WAD} from "../types/Units.sol";
import {Fragments} from "./Fragments.sol";

/// @title NodeLoad
/// @notice What a node carries for a market and answers for: fragments in the scheduler, bonds in the vault, conduct in the
/// reputation. The market decides when; this contract keeps the three in step.
/// @dev INVARIANTS
/// - INV-MKT-5: what the scheduler counts as open for a node is what the market has assigned to it, and the vault holds
///   exactly the bonds of its bonded fragments: each `_take` that drew a node is followed by one of `_complete`, `_refuse`,
///   `_miss` and `_deliver`, and each `_deliver` by one of `_finish`, `_fail` and `_unbind`, with the same bond.
/// @dev TRUST
/// - All four are contracts of the suite; none calls anything outside it.
abstract contract NodeLoad {
    IScheduler internal immutable _scheduler;
    IReputation private immutable _reputation;
    IStakeVault private immutable _vault;
    ISlasher private immutable _slasher;

    constructor(IScheduler initialScheduler, IReputation reputation, IStakeVault vault, ISlasher slasher) {
        _scheduler = initialScheduler;
        _reputation = reputation;
        _vault = vault;
        _slasher = slasher;
    }

    /// @dev Draws a node for a fragment, and has `bond` of its stake held if it has stake and so much is free. Zero when nobody
    /// was drawn or the entropy expired; reverts while it is not known.
    function _take(Draw memory request, uint256 bond) internal returns (NodeId node, bool bonded) {
        DrawOutcome outcome;
        uint256 boostBps;
        (outcome, node, boostBps) = _scheduler.take(request);
        require(outcome != DrawOutcome.Pending, Fragments.FragmentsEntropyPending(request.ticket));
        if (bond != 0 && boostBps > BPS) bonded = _vault.hold(node, bond);
    }

    /// @dev The fragment was done with `quality` (WAD). Returns what its points are multiplied with, in basis points.
    function _complete(NodeId node, uint256 bond, uint256 quality) internal returns (uint256 multiplierBps) {
        (uint256 tier, uint256 boostBps) = _letGo(node, bond);
        _reputation.recordCompleted(node, quality);
        return RewardMath.multiplierDown(quality, Tiers.weightBpsOf(tier), boostBps);
    }

    /// @dev Many fragments were done, with one call of each contract for all. `bonds[i]` is what was held for fragment i. Returns
    /// what the points of each are multiplied with, in basis points.
    function _completeMany(
        NodeId[] memory nodes,
        uint256[] memory bonds,
        uint256[] memory qualities
    ) internal returns (uint256[] memory multipliersBps) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            if (bonds[i] != 0) _vault.unhold(nodes[i], bonds[i]);
        }
        multipliersBps = _scheduler.giveBackMany(nodes);
        _reputation.recordCompletedMany(nodes, qualities);
        for (uint256 i = 0; i < nodes.length; ++i) {
            multipliersBps[i] = RewardMath.ratedDown(qualities[i], multipliersBps[i]);
        }
    }

    /// @dev The node delivered what is judged later: the scheduler counts the fragment no more, so that the node can work on, and
    /// its bond stays held. Returns what it is judged and paid by: weight of its tier times boost and reputation, each in basis
    /// points, and the CXT wei behind it.
    function _deliver(NodeId node) internal returns (uint256 ratingBps, uint256 scoreBps, uint256 stake) {
        (uint256 tier, uint256 boostBps) = _scheduler.giveBack(node);
        ratingBps = RewardMath.multiplierDown(WAD, Tiers.weightBpsOf(tier), boostBps);
        scoreBps = _reputation.scoreOf(node) / (WAD / BPS);
        stake = _vault.stakeOf(node);
    }

    /// @dev What was delivered is right, with `quality` (WAD).
    function _finish(NodeId node, uint256 bond, uint256 quality) internal {
        _unbind(node, bond);
        _reputation.recordCompleted(node, quality);
    }

    /// @dev What was delivered is wrong. `stake` are the CXT wei that were behind the node when it delivered.
    function _fail(NodeId node, uint256 bond, uint256 stake, address reporter, uint256 reporterBond) internal {
        _unbind(node, bond);
        _slasher.punish(
            Verdict({
                node: node,
                offence: Offence.InvalidResult,
                base: stake,
                reporter: reporter,
                reporterBond: reporterBond
            })
        );
    }

    /// @dev What was delivered is neither right nor wrong: its bond is let go.
    function _unbind(NodeId node, uint256 bond) internal {
        if (bond != 0) _vault.unhold(node, bond);
    }

    /// @dev `nodes` judged the work of another, each with its quality (WAD).
    function _judged(NodeId[] calldata nodes, uint256[] memory qualities) internal {
        _reputation.recordCompletedMany(nodes, qualities);
    }

    /// @dev The node gave the fragment back in time. What that costs it is decided by whether the next node can do it: an
    /// owner that hides its data would otherwise ruin the reputation of all who cannot get it, for nothing.
    function _refuse(NodeId node, uint256 bond) internal {
        _letGo(node, bond);
    }

    /// @dev The fragment that `node` gave back was done by the next one.
    function _refusedInVain(NodeId node) internal {
        _reputation.recordRefused(node);
    }

    /// @dev The node missed the deadline. The clock proved it, so nobody is rewarded. Returns what was slashed.
    function _miss(NodeId node, uint256 bond) internal returns (uint256 slashed) {
        _letGo(node, bond);
        return
            _slasher.punish(
                Verdict({
                    node: node,
                    offence: Offence.MissedDeadline,
                    base: bond,
                    reporter: address(0),
                    reporterBond: 0
                })
            );
    }

    /// @dev The part of `amount` that a class of nodes has of all weight, rounded down. What the pool matches is safe as long as
    /// the draw was among all; an owner would otherwise ask for a class that only its own node is of.
    function _shareDown(uint256 amount, uint8 device, uint8 tier) internal view returns (uint256) {
        if (device == ANY_DEVICE && tier == 0) return amount;
        uint256 all = _scheduler.totalOf(ANY_DEVICE, 0);
        return all == 0 ? 0 : (amount * _scheduler.totalOf(device, tier)) / all;
    }

    /// @dev Takes a fragment off the node and lets its bond go; zero when nothing was held.
    function _letGo(NodeId node, uint256 bond) private returns (uint256 tier, uint256 boostBps) {
        if (bond != 0) _vault.unhold(node, bond);
        return _scheduler.giveBack(node);
    }
}
