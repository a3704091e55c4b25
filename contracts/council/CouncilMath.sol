// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS} from "../types/Units.sol";

/// @title CouncilMath
/// @notice What votes of the council's elections weigh, who wins, and how many votes a decision of the council needs.
library CouncilMath {
    /// @dev Votes that a candidate needs, in basis points of its constituency: 0.2 %.
    uint256 internal constant MIN_BACKING_BPS = 20;

    /// @dev Votes of the council that a decision needs when all seats are filled, and never fewer than.
    uint256 internal constant MAJORITY = 6;
    uint256 internal constant MIN_MAJORITY = 5;

    /// @dev Returns what `weight` counts after `elapsed` seconds of a vote of `duration`: all in the first half, falling linearly to nothing in the
    /// second. Rounded down. Precondition: elapsed <= duration.
    function decayedDown(uint256 weight, uint256 elapsed, uint256 duration) internal pure returns (uint256) {
        uint256 half = duration / 2;
        if (elapsed <= half) return weight;
        return (weight * (duration - elapsed)) / (duration - half);
    }

    /// @dev Returns the votes that a candidate needs of a constituency with `total`, at least one.
    function backingUp(uint256 total) internal pure returns (uint256) {
        return Math.max(1, Math.mulDiv(total, MIN_BACKING_BPS, BPS, Math.Rounding.Ceil));
    }

    /// @dev Returns the places of the at most `seats` candidates with the most votes, at least `needed` each, in falling order. Of equals the
    /// earlier candidate comes first. `votes` has at most 32 entries, `seats` at most 3.
    function winners(
        uint256[] memory votes,
        uint256 seats,
        uint256 needed
    ) internal pure returns (uint256[] memory places) {
        places = new uint256[](seats);
        uint256 found = 0;
        uint256 taken = 0;
        for (; found < seats; ++found) {
            uint256 best = votes.length;
            for (uint256 i = 0; i < votes.length; ++i) {
                if (taken & (1 << i) != 0 || votes[i] < needed) continue;
                if (best == votes.length || votes[i] > votes[best]) best = i;
            }
            if (best == votes.length) break;
            taken |= 1 << best;
            places[found] = best;
        }
        // Shortens the list to what was found: its length is its first word.
        assembly ("memory-safe") {
            mstore(places, found)
        }
    }

    /// @dev Votes that a decision needs with `filled` of nine seats: two thirds, rounded up, never fewer than five.
    function majorityUp(uint256 filled) internal pure returns (uint256) {
        return Math.max(MIN_MAJORITY, Math.ceilDiv(filled * 2, 3));
    }
}
