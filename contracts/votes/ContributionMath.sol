// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ReputationMath} from "../reputation/ReputationMath.sol";

/// @title ContributionMath
/// @notice What paid work is worth in votes: the square root of its points, which decay.
/// @dev SCALE: the points of a work unit are 10^6. A node that is paid for 10^10 work units every day has, in the long run, a score of
/// 10^16 x 365 / ln 2 = 5.3 x 10^18 points, a root of 2.3 x 10^9 and so 2,300 units; ten times the work is worth 7,300.
/// @dev ROUNDING
/// - Units down. The time of the decay is rounded down to 365 / 90 seconds, for half-lives of 365 and of 90 days have the same curve.
library ContributionMath {
    /// @dev Time without work that halves a score.
    uint256 internal constant HALF_LIFE = 365 days;

    /// @dev Units, at 18 decimals, of one point of the root.
    uint256 internal constant UNITS_PER_ROOT = 1e12;

    /// @dev Most units of one node.
    uint256 internal constant MAX_UNITS = 100_000e18;

    /// @dev Returns `score` after `elapsed` seconds, rounded down.
    ///
    /// score x 2^(-elapsed / HALF_LIFE)
    ///
    /// Cannot overflow: score < 2^127 and the factor <= 2^128.
    function decayDown(uint256 score, uint256 elapsed) internal pure returns (uint256) {
        uint256 factor = ReputationMath.decayFactorDown((elapsed * ReputationMath.HALF_LIFE) / HALF_LIFE);
        return (score * factor) >> 128;
    }

    /// @dev Returns the units of a score: UNITS_PER_ROOT x floor(sqrt(score)), at most MAX_UNITS.
    function unitsDown(uint256 score) internal pure returns (uint256) {
        return Math.min(MAX_UNITS, UNITS_PER_ROOT * Math.sqrt(score));
    }
}
