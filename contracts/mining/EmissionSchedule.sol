// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {WAD} from "../types/Units.sol";

/// @title EmissionSchedule
/// @notice The emission curve of CXT: what is left in the pool halves every four years of full use.
/// @dev ROUNDING
/// - Against the receivers: both the rate and every budget are rounded down.
library EmissionSchedule {
    /// @dev Length of an epoch in seconds.
    uint256 internal constant EPOCH = 1 days;

    /// @dev Share of the remaining CXT that one epoch may release (scaled by WAD) = 0.0474 % a day.
    ///
    /// (1 - RATE)^1461 = 1/2, so RATE = 1 - 2^(-1/1461) = 0.000474320862749585192..., where 1,461 days are four years.
    /// RATE_WAD = floor(RATE * 1e18).
    uint256 internal constant RATE_WAD = 474_320_862_749_585;

    /// @dev Returns the number of the epoch that runs at `timestamp`, when epoch 0 began at `genesis`.
    /// Precondition: genesis <= timestamp.
    function epochAt(uint256 genesis, uint256 timestamp) internal pure returns (uint256) {
        return (timestamp - genesis) / EPOCH;
    }

    /// @dev Returns what an epoch that begins with `remaining` CXT wei may release, rounded down.
    ///
    /// budget = remaining * RATE
    ///
    /// Cannot overflow below remaining = 2^207: RATE_WAD < 2^49.
    function budgetDown(uint256 remaining) internal pure returns (uint256) {
        return (remaining * RATE_WAD) / WAD;
    }
}
