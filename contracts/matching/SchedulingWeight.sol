// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title SchedulingWeight
/// @notice Weight of a node in draws: proportional to measured capacity, reputation and Stake-Boost.
library SchedulingWeight {
    /// @notice Largest capacity that counts, in work units a day = 2.3 million a second.
    uint256 internal constant MAX_CAPACITY = 2e11;

    /// @notice Work units a day that make one unit of weight, at full reputation and without stake.
    uint256 internal constant WORK_UNITS_PER_WEIGHT = 20_000;

    /// @dev Two factors in basis points.
    uint256 private constant SCALE = 1e8;

    /// @dev Weight, rounded down: splitting a machine never raises the sum, since floor(a) + floor(b) <= floor(a + b).
    ///
    /// weight = capacity * score * boost / (SCALE * WORK_UNITS_PER_WEIGHT)
    ///
    /// No cap binds, and none may: a cap would make splitting pay. At the largest capacity, full score and a boost of three
    /// the weight is 2e11 * 3 / 20,000 = 3e7, which is below the largest weight of a tree, 2^25 - 1.
    function weightDown(uint256 capacity, uint256 scoreBps, uint256 boostBps) internal pure returns (uint256) {
        return (capacity * scoreBps * boostBps) / (SCALE * WORK_UNITS_PER_WEIGHT);
    }
}
