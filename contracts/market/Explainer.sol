// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Draw, DrawOutcome, IScheduler, NodeWeight} from "../matching/IScheduler.sol";
import {Tiers} from "../matching/Tiers.sol";
import {RewardMath} from "../mining/RewardMath.sol";
import {IRewardDistributor, NodeAccount} from "../mining/IRewardDistributor.sol";
import {INodeRegistry, Node, NodeStatus} from "../registry/INodeRegistry.sol";
import {ISlasher} from "../staking/ISlasher.sol";
import {ANY_DEVICE, DEVICE_CLASSES} from "../types/DeviceClass.sol";
import {NodeId, TaskId} from "../types/Ids.sol";
import {WAD} from "../types/Units.sol";
import {Cursor} from "./Fragments.sol";
import {DrawReason, Explanation, IExplainer, PayReason} from "./IExplainer.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {ITaskMarket, TaskState, TaskTerms} from "./ITaskMarket.sol";
import {TaskRules} from "./TaskRules.sol";

/// @title Explainer
/// @dev TRUST
/// - None: it holds nothing, changes nothing, and nothing reads it.
/// @dev ASSUMPTIONS
/// - The reasons restate the rules of scheduler, market and distributor; `WouldBeDrawn` and the figures are asked from them.
contract Explainer is IExplainer {
    using TaskRules for TaskTerms;

    ITaskMarket private immutable _market;
    INodeRegistry private immutable _registry;
    IScheduler private immutable _scheduler;
    ISlasher private immutable _slasher;
    IRewardDistributor private immutable _distributor;

    constructor(ITaskMarket market, MarketSuite memory suite) {
        _market = market;
        _registry = suite.registry;
        _scheduler = suite.scheduler;
        _slasher = suite.slasher;
        _distributor = suite.distributor;
    }

    /// @inheritdoc IExplainer
    function explain(
        NodeId node,
        TaskTerms calldata terms,
        uint16 chain
    ) external view returns (Explanation memory explanation) {
        if (NodeId.unwrap(node) == 0 || NodeId.unwrap(node) > _registry.nodeCount()) {
            explanation.pay = PayReason.NothingDue;
            return explanation;
        }
        TaskId task = _market.taskIdOf(terms);
        Cursor memory cursor = _market.cursorOf(task, chain);
        // Terms that could never be published ask for a class that there is not.
        bool exists = terms.device <= DEVICE_CLASSES && terms.minTier <= Tiers.MAX_TIER;
        uint8 openTier = exists ? terms.openTier(cursor.waited) : terms.minTier;

        explanation.openTier = openTier;
        explanation.tier = _scheduler.weightOf(node).tier;
        (uint256 frozenWeight, uint256 frozenTier) = _scheduler.frozenWeightOf(node);
        if (frozenTier >= openTier) explanation.frozenWeight = frozenWeight;
        if (exists) explanation.frozenTotal = _scheduler.frozenTotalOf(terms.device, openTier);
        (explanation.offence, explanation.slashed, explanation.offenceAt) = _slasher.lastOffenceOf(node);
        explanation.feeOwed = _market.escrow().owedTo(_registry.payoutOf(node));
        (explanation.rewardClaimable, ) = _distributor.claimableOf(node);
        explanation.pay = _payReason(node, cursor, explanation);
        explanation.draw = _nodeReason(node, cursor);
        if (explanation.draw != DrawReason.WouldBeDrawn) return explanation;
        explanation.draw = _taskReason(terms, task, chain, cursor);
        if (explanation.draw != DrawReason.WouldBeDrawn) return explanation;
        explanation.draw = _weightReason(node, terms, explanation);
        if (explanation.draw != DrawReason.WouldBeDrawn) return explanation;
        explanation.draw = _drawReason(node, terms, task, chain, cursor);
    }

    /// @dev What about the node itself keeps it from the draw; WouldBeDrawn when nothing does.
    function _nodeReason(NodeId node, Cursor memory cursor) private view returns (DrawReason) {
        if (cursor.node == node) return DrawReason.Assigned;
        Node memory data = _registry.get(node);
        if (data.status == NodeStatus.Exited) return DrawReason.NodeExited;
        if (data.status == NodeStatus.Removed) return DrawReason.NodeRemoved;
        if (data.status == NodeStatus.Suspended) return DrawReason.NodeSuspended;
        if (block.timestamp >= data.benchmarkExpiresAt) return DrawReason.NotMeasured;
        if (_registry.onlineSinceOf(node) == 0) return DrawReason.Silent;
        if (data.status != NodeStatus.Active) return DrawReason.NotActive;
        return DrawReason.WouldBeDrawn;
    }

    /// @dev What about the task and the chain leaves nothing to draw.
    function _taskReason(
        TaskTerms calldata terms,
        TaskId task,
        uint16 chain,
        Cursor memory cursor
    ) private view returns (DrawReason) {
        TaskState memory state = _market.stateOf(task);
        bool draws =
            state.status == TaskStatus.Active ||
                (state.status == TaskStatus.Cancelled && cursor.ticket < state.cancelHorizon);
        if (!draws || chain >= terms.chains) return DrawReason.TaskNotActive;
        if (cursor.step >= terms.steps) return DrawReason.ChainComplete;
        return DrawReason.WouldBeDrawn;
    }

    /// @dev What about the node's class and weight keeps it from this draw.
    function _weightReason(
        NodeId node,
        TaskTerms calldata terms,
        Explanation memory explanation
    ) private view returns (DrawReason) {
        NodeWeight memory known = _scheduler.weightOf(node);
        if (terms.device != ANY_DEVICE && terms.device != uint8(known.device) + 1) return DrawReason.WrongDevice;
        if (known.tier < terms.minTier) return DrawReason.TierTooLow;
        if (known.tier < explanation.openTier) return DrawReason.PriorityWindow;
        if (known.open >= Tiers.limitOf(known.tier)) return DrawReason.AtLimit;
        if (known.weight == 0) return DrawReason.NoWeight;
        if (explanation.frozenWeight == 0) return DrawReason.NotFrozenYet;
        return DrawReason.WouldBeDrawn;
    }

    /// @dev What the draw came to.
    function _drawReason(
        NodeId node,
        TaskTerms calldata terms,
        TaskId task,
        uint16 chain,
        Cursor memory cursor
    ) private view returns (DrawReason) {
        if (NodeId.unwrap(cursor.node) != 0) return DrawReason.OtherAssigned;
        (DrawOutcome outcome, NodeId drawn) = _scheduler.preview(
            Draw({
                ticket: cursor.ticket,
                salt: TaskRules.salt(task, chain, cursor.step),
                device: terms.device,
                minTier: terms.openTier(cursor.waited),
                excluded: cursor.missed
            })
        );
        if (outcome == DrawOutcome.Pending) return DrawReason.EntropyPending;
        if (outcome == DrawOutcome.Expired) return DrawReason.EntropyExpired;
        if (drawn == node) return DrawReason.WouldBeDrawn;
        return cursor.missed == node ? DrawReason.JustMissed : DrawReason.OtherDecided;
    }

    /// @dev What waits for the node, or why nothing does.
    function _payReason(
        NodeId node,
        Cursor memory cursor,
        Explanation memory explanation
    ) private view returns (PayReason) {
        if (cursor.node == node) {
            return block.timestamp > cursor.deadline ? PayReason.DeadlinePassed : PayReason.InProgress;
        }
        if (cursor.missed == node) return PayReason.Missed;
        if (explanation.feeOwed != 0) return PayReason.FeeOwed;
        if (explanation.rewardClaimable != 0) return PayReason.RewardClaimable;
        if (_registry.dailyCapacityOf(node) == 0) return PayReason.NoCapacity;
        NodeWeight memory known = _scheduler.weightOf(node);
        uint256 multiplier = RewardMath.multiplierDown(WAD, Tiers.weightBpsOf(known.tier), known.boost);
        if (_distributor.pointsLeftOf(node, multiplier) == 0) return PayReason.CapReached;
        NodeAccount memory account = _distributor.accountOf(node);
        return account.computePoints + account.validatePoints != 0 ? PayReason.DayNotOver : PayReason.NothingDue;
    }
}
