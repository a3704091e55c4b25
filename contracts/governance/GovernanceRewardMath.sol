// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS} from "../types/Units.sol";

/// @title GovernanceRewardMath
/// @notice What taking part in the votes of a quarter is worth, as pure arithmetic.
/// @dev Linear in units: what is split over many accounts earns the same in sum, less by rounding.
/// @dev ROUNDING
/// - Down everywhere: the pool keeps the dust.
library GovernanceRewardMath {
    /// @dev Participation at and below which nothing is earned: 50 %.
    uint256 internal constant MIN_PARTICIPATION_BPS = 5_000;

    /// @dev Participation from which all is earned: 90 %.
    uint256 internal constant FULL_PARTICIPATION_BPS = 9_000;

    /// @dev Bounds of the multiplier: 0.90 and 1.10.
    uint256 internal constant MIN_MULTIPLIER_BPS = 9_000;
    uint256 internal constant MAX_MULTIPLIER_BPS = 11_000;

    /// @dev What a vote for a proposal that was annulled later costs, and what a vote against it gains.
    uint256 internal constant FOR_LOSS_BPS = 1_000;
    uint256 internal constant AGAINST_GAIN_BPS = 500;

    /// @dev Returns p in basis points: 0 up to 50 % of the votes, one from 90 %, linear between. Zero without votes.
    function participationDown(uint256 voted, uint256 votes) internal pure returns (uint256) {
        if (votes == 0) return 0;
        uint256 share = Math.min((voted * BPS) / votes, FULL_PARTICIPATION_BPS);
        if (share <= MIN_PARTICIPATION_BPS) return 0;
        return ((share - MIN_PARTICIPATION_BPS) * BPS) / (FULL_PARTICIPATION_BPS - MIN_PARTICIPATION_BPS);
    }

    /// @dev Returns the weight of `unitSum`, the own units at the snapshots of all `votes` votes added up: average x p.
    /// Cannot overflow: 2^95 units, 64 votes, 2^14.
    function weightDown(uint256 unitSum, uint256 voted, uint256 votes) internal pure returns (uint256) {
        return votes == 0 ? 0 : (unitSum * participationDown(voted, votes)) / (votes * BPS);
    }

    /// @dev Returns m in basis points, given on how many annulled proposals the account voted For and Against.
    function multiplier(uint256 annulledFor, uint256 annulledAgainst) internal pure returns (uint256) {
        uint256 gained = BPS + annulledAgainst * AGAINST_GAIN_BPS;
        uint256 kept = Math.saturatingSub(gained, annulledFor * FOR_LOSS_BPS);
        return Math.min(Math.max(kept, MIN_MULTIPLIER_BPS), MAX_MULTIPLIER_BPS);
    }

    /// @dev Returns what `weight` of `totalWeight` has earned of `pool` once `elapsed` of `duration` seconds have vested.
    ///
    /// pool x weight / totalWeight x m / 1.10 x elapsed / duration
    ///
    /// At most the share of the weight, as m <= 1.10. Preconditions: weight <= totalWeight > 0, elapsed <= duration.
    function earnedDown(
        uint256 pool,
        uint256 weight,
        uint256 totalWeight,
        uint256 multiplierBps,
        uint256 elapsed,
        uint256 duration
    ) internal pure returns (uint256) {
        uint256 share = Math.mulDiv(pool, weight, totalWeight);
        return (share * multiplierBps * elapsed) / (MAX_MULTIPLIER_BPS * duration);
    }
}
