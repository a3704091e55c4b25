// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS, POINTS_PER_WORK_UNIT, WAD} from "../types/Units.sol";

/// @title RewardMath
/// @notice Points, caps and rewards, as pure arithmetic.
/// @dev ROUNDING
/// - Against the receiver everywhere: caps, budgets and rewards down, fees up.
/// - A reward is `rewardPerPoint * points` with a whole number of wei per point. So the rewards of all nodes add up to
///   `rewardPerPoint * totalPoints` exactly: no dust leaves the pool.
library RewardMath {
    /// @dev Most points of one node in one epoch, whatever its benchmark says.
    ///
    /// 2^32 node ids times 2^96 points fit the 128 bits of an epoch's total, so no total can overflow.
    uint256 internal constant MAX_NODE_POINTS = type(uint96).max;

    /// @dev A node can earn points for at most 1.2 times the work its benchmark attests for a day.
    uint256 internal constant CAPACITY_MARGIN_NUMERATOR = 12;
    uint256 internal constant CAPACITY_MARGIN_DENOMINATOR = 10;

    /// @dev Most that quality, tier and boost together multiply points with: 1 x 1.3 x 3.
    uint256 internal constant MAX_MULTIPLIER_BPS = 39_000;

    /// @dev Returns the part `shareBps` of the budget of an epoch, rounded down.
    /// Cannot overflow: a budget is below 2^128. Precondition: shareBps <= BPS.
    function trackBudgetDown(uint256 budget, uint256 shareBps) internal pure returns (uint256) {
        return (budget * shareBps) / BPS;
    }

    /// @dev Returns the CXT wei that one point earns, rounded down; zero when there are no points.
    ///
    /// rewardPerPoint = min(maxRewardPerPoint, trackBudget / totalPoints)
    ///
    /// Therefore rewardPerPoint * totalPoints <= trackBudget.
    function rewardPerPointDown(
        uint256 trackBudget,
        uint256 totalPoints,
        uint256 maxRewardPerPoint
    ) internal pure returns (uint256) {
        if (totalPoints == 0) return 0;
        return Math.min(maxRewardPerPoint, trackBudget / totalPoints);
    }

    /// @dev Returns the points that a fee of `fee` CXT wei can earn at most, rounded down.
    ///
    /// points = fee * match / maxRewardPerPoint, so that points * rewardPerPoint <= fee * match
    ///
    /// Saturates instead of overflowing for an absurd fee. Precondition: maxRewardPerPoint > 0.
    function matchedPointsDown(
        uint256 fee,
        uint256 matchBps,
        uint256 maxRewardPerPoint
    ) internal pure returns (uint256) {
        return Math.saturatingMul(fee, matchBps) / (BPS * maxRewardPerPoint);
    }

    /// @dev Returns the points that network tasks of a track can earn in an epoch, rounded down.
    ///
    /// cap = trackBudget * networkShare / maxRewardPerPoint, so that cap * rewardPerPoint <= trackBudget * networkShare
    ///
    /// Cannot overflow: a budget is below 2^128. Preconditions: networkShareBps <= BPS, maxRewardPerPoint > 0.
    function networkCapDown(
        uint256 trackBudget,
        uint256 networkShareBps,
        uint256 maxRewardPerPoint
    ) internal pure returns (uint256) {
        return (trackBudget * networkShareBps) / (BPS * maxRewardPerPoint);
    }

    /// @dev Returns the points a node with a benchmark of `dailyWorkUnits` can earn in an epoch, rounded down.
    ///
    /// cap = 1.2 * dailyWorkUnits * POINTS_PER_WORK_UNIT, at most MAX_NODE_POINTS
    function pointsCapDown(uint256 dailyWorkUnits) internal pure returns (uint256) {
        uint256 exact = Math.saturatingMul(dailyWorkUnits, CAPACITY_MARGIN_NUMERATOR * POINTS_PER_WORK_UNIT);
        return Math.min(exact / CAPACITY_MARGIN_DENOMINATOR, MAX_NODE_POINTS);
    }

    /// @dev Returns `points` times a multiplier in basis points, rounded down, at most MAX_NODE_POINTS.
    function multiplyDown(uint256 points, uint256 multiplierBps) internal pure returns (uint256) {
        return Math.min(Math.saturatingMul(points, multiplierBps) / BPS, MAX_NODE_POINTS);
    }

    /// @dev Returns quality (WAD) x tier weight x boost (basis points each) in basis points, rounded down.
    function multiplierDown(uint256 quality, uint256 tierBps, uint256 boostBps) internal pure returns (uint256) {
        return ratedDown(quality, tierBps * boostBps);
    }

    /// @dev The same, given the product of tier weight and boost.
    function ratedDown(uint256 quality, uint256 rating) internal pure returns (uint256) {
        return (quality * rating) / (WAD * BPS);
    }

    /// @dev Returns the fee on `amount`, rounded up: a fee is never avoided by splitting.
    /// Cannot overflow: a reward is below 2^128. Precondition: feeBps <= BPS, hence feeUp <= amount.
    function feeUp(uint256 amount, uint256 feeBps) internal pure returns (uint256) {
        return Math.ceilDiv(amount * feeBps, BPS);
    }
}
