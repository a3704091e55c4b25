// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {TaskTerms} from "./ITaskMarket.sol";

/// @dev Why a node does not have, or has, the open fragment of a chain. The first that applies, in this order. Reason codes
/// are part of the interface: one is only ever appended.
/// - UnknownNode: no node has this id.
/// - Assigned: it has the fragment.
/// - NodeExited, NodeRemoved, NodeSuspended: its status in the registry.
/// - NotMeasured: no valid benchmark.
/// - Silent: no recent heartbeat.
/// - NotActive: measured and alive, but not in the active set: its next heartbeat brings it back.
/// - TaskNotActive: the task is unknown, cancelled or completed.
/// - ChainComplete: every step of the chain is settled.
/// - WrongDevice: the task asks for other hardware.
/// - TierTooLow: its tier is below what the owner asked for.
/// - PriorityWindow: higher tiers are drawn first for a while.
/// - AtLimit: it has as many fragments as its tier may have.
/// - NoWeight: capacity times reputation rounds to zero, or the scheduler was not told (`poke`, `sync`).
/// - NotFrozenYet: its weight counts from the next period on.
/// - OtherAssigned: another node was drawn.
/// - EntropyPending: the draw is not decided yet.
/// - EntropyExpired: the draw must be requested anew (`assign`).
/// - WouldBeDrawn: the draw is decided and it is the one (`assign`).
/// - JustMissed: it missed or refused this fragment, and another is drawn while there is one.
/// - OtherDecided: the draw is decided for another node, or for none.
enum DrawReason {
    UnknownNode,
    Assigned,
    NodeExited,
    NodeRemoved,
    NodeSuspended,
    NotMeasured,
    Silent,
    NotActive,
    TaskNotActive,
    ChainComplete,
    WrongDevice,
    TierTooLow,
    PriorityWindow,
    AtLimit,
    NoWeight,
    NotFrozenYet,
    OtherAssigned,
    EntropyPending,
    EntropyExpired,
    WouldBeDrawn,
    JustMissed,
    OtherDecided
}

/// @dev Why a node is not paid, or what waits for it. The first that applies, in this order.
/// - DeadlinePassed: it has the fragment and is too late: it will be drawn anew, unpaid.
/// - InProgress: it has the fragment; it is paid when its proof is accepted.
/// - Missed: it missed or gave back this fragment.
/// - FeeOwed: fees wait for the payout address (`TaskEscrow.withdraw`).
/// - RewardClaimable: the reward of a finished day waits (`RewardDistributor.settle`).
/// - DayNotOver: it has points of today; they become CXT when the day is over.
/// - NoCapacity: suspended, removed or without valid benchmark: fees are paid, points are not given.
/// - CapReached: it earned today all that its benchmark allows.
/// - NothingDue: nothing was earned since the last payment.
enum PayReason {
    DeadlinePassed,
    InProgress,
    Missed,
    FeeOwed,
    RewardClaimable,
    DayNotOver,
    NoCapacity,
    CapReached,
    NothingDue
}

/// @param draw Why it does not have the fragment.
/// @param pay Why it is not paid.
/// @param offence Its latest offence; None if it never was punished.
/// @param slashed CXT wei that this offence cost.
/// @param offenceAt Second of this offence.
/// @param tier Its tier as of now.
/// @param openTier Lowest tier in the present draw.
/// @param frozenWeight Its weight in draws of the running period.
/// @param frozenTotal Sum of the weights in the present draw; its chance is frozenWeight / frozenTotal.
/// @param feeOwed CXT wei of fees owed to its payout address.
/// @param rewardClaimable CXT wei that `settle` would pay now, less the claim fee.
struct Explanation {
    DrawReason draw;
    PayReason pay;
    Offence offence;
    uint256 slashed;
    uint256 offenceAt;
    uint256 tier;
    uint256 openTier;
    uint256 frozenWeight;
    uint256 frozenTotal;
    uint256 feeOwed;
    uint256 rewardClaimable;
}

/// @title IExplainer
/// @notice Tells an operator why. Reads only; nothing depends on it.
interface IExplainer {
    /// @notice Why `node` was not drawn for the open fragment of `chain`, not paid, or slashed, as of now.
    function explain(
        NodeId node,
        TaskTerms calldata terms,
        uint16 chain
    ) external view returns (Explanation memory explanation);
}
