// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {WAD} from "../types/Units.sol";

/// @title BoostMath
/// @notice Stake-Boost of a node, as pure arithmetic.
/// @dev INVARIANTS
/// - INV-BST-1: a boost is one, or within [1.1, 3]. It grows with the amount and with the period, and on
///   [MIN_STAKE, FULL_STAKE] it is concave in the amount.
/// @dev SPLITTING
/// - Whoever splits a machine over nodes with shares c_i of its capability, and its stake into a_i, gets
///   sum c_i x boost(a_i, D_i) <= boost(sum a_i, max D_i), because the shares add up to one and the boost only grows.
/// - Whoever splits one node's stake over positions gets the boost of one position with the average period.
/// @dev ROUNDING
/// - Down, exactly: the result is the largest whole number of 1e-18 that is not above the formula.
library BoostMath {
    /// @dev Least stake that has a boost: 1,000 CXT.
    uint256 internal constant MIN_STAKE = 1_000e18;

    /// @dev Stake from which on more adds nothing: 100,000 CXT.
    uint256 internal constant FULL_STAKE = 100_000e18;

    /// @dev Longest period: 1,461 days = 4 years, the half-life of the emission.
    uint256 internal constant MAX_PERIOD = 1_461 days;

    /// @dev Boost of the least stake, for every period, scaled by WAD: 1.1.
    uint256 internal constant BASE_BOOST = 1.1e18;

    /// @dev What full stake for the longest period adds to that, scaled by WAD: 1.9.
    uint256 internal constant BOOST_RANGE = 1.9e18;

    /// @dev Returns the boost of `amount` CXT wei that stay, on average committed to `period` seconds; scaled by WAD, rounded
    /// down.
    ///
    /// boost = 1.1 + 1.9 * sqrt((min(a, FULL) - MIN) / (FULL - MIN) * (1/4 + 3/4 * D / Dmax))
    ///       = 1.1 + sqrt(1.9^2 * (min(a, FULL) - MIN) * (Dmax + 3 * D) / ((FULL - MIN) * 4 * Dmax))
    ///
    /// The root of a number rounded down, rounded down, is the root of the number itself, rounded down.
    /// Cannot overflow: 3.61e36 * 9.9e22 * 5.1e8 < 2^228. Precondition: period <= MAX_PERIOD.
    function boostDown(uint256 amount, uint256 period) internal pure returns (uint256) {
        if (amount < MIN_STAKE) return WAD;
        uint256 numerator = (Math.min(amount, FULL_STAKE) - MIN_STAKE) * (MAX_PERIOD + 3 * period);
        uint256 denominator = (FULL_STAKE - MIN_STAKE) * 4 * MAX_PERIOD;
        return BASE_BOOST + Math.sqrt((BOOST_RANGE * BOOST_RANGE * numerator) / denominator);
    }
}
