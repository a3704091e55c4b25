// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Offence} from "../types/Offence.sol";
import {BPS, WAD} from "../types/Units.sol";

/// @title ReputationMath
/// @notice Score, decay, stability and history of a node, as pure arithmetic.
/// @dev ROUNDING
/// - Against the node everywhere: rises down, falls up, decay down on both sides of one half.
/// - Decay is at most 2 wei below the exact value, and two steps at most 2 wei apart from one; a score is 1e18.
library ReputationMath {
    /// @dev Score after the first measurement, and what every score decays towards: 0.5.
    uint256 internal constant NEUTRAL = 0.5e18;

    /// @dev Part of the distance to one that a completion of full quality gains: 2 %.
    uint256 internal constant SUCCESS_GAIN = 0.02e18;

    /// @dev Part of the score that a missed deadline or an unrevealed vote costs: 5 %.
    uint256 internal constant MISS_LOSS = 0.05e18;

    /// @dev Part of the score that giving a fragment back, or an incoherent vote, costs: 1 %.
    uint256 internal constant SMALL_LOSS = 0.01e18;

    /// @dev Part of the score that a violation costs: 30 %.
    uint256 internal constant VIOLATION_LOSS = 0.3e18;

    /// @dev Inactivity that halves the distance to one half: 90 days.
    uint256 internal constant HALF_LIFE = 90 days;

    /// @dev Time without a gap that is full uptime: 30 days.
    uint256 internal constant FULL_UPTIME = 30 days;

    /// @dev A missed deadline weighs as much as four completed fragments.
    uint256 internal constant MISS_WEIGHT = 4;

    /// @dev Completed fragments from which the history is full: log2(1 + 1,023) = 10.
    uint256 internal constant FULL_HISTORY = 1_023;

    /// @dev What one second of inactivity leaves of the distance to one half: 2^(-1 / HALF_LIFE) x 2^128, rounded down.
    uint256 private constant DECAY_PER_SECOND = 0xfffffe81264f508b51e1c6d102b18bdc;

    /// @dev One, with 128 fractional bits.
    uint256 private constant ONE = 1 << 128;

    /// @dev Bound of the error of `decayFactorDown` (see there).
    uint256 private constant FACTOR_ERROR = 1 << 26;

    /// @dev Returns `score` after a completion of `quality`, rounded down.
    ///
    /// s + (1 - s) x k x quality
    ///
    /// Preconditions: score <= WAD and quality <= WAD, so the gain is at most k x (WAD - score): never above one.
    function afterSuccessDown(uint256 score, uint256 quality) internal pure returns (uint256) {
        return score + ((WAD - score) * SUCCESS_GAIN * quality) / (WAD * WAD);
    }

    /// @dev Returns `score` after a loss of the part `loss` of it, rounded down. Precondition: loss <= WAD.
    function afterLossDown(uint256 score, uint256 loss) internal pure returns (uint256) {
        return (score * (WAD - loss)) / WAD;
    }

    /// @dev Part of the score that `offence` costs, scaled by WAD.
    function lossOf(Offence offence) internal pure returns (uint256) {
        if (isMiss(offence)) return MISS_LOSS;
        return isViolation(offence) ? VIOLATION_LOSS : SMALL_LOSS;
    }

    /// @dev Whether `offence` counts as a missed deadline.
    function isMiss(Offence offence) internal pure returns (bool) {
        return offence == Offence.MissedDeadline || offence == Offence.UnrevealedVote;
    }

    /// @dev Whether `offence` counts towards removal.
    function isViolation(Offence offence) internal pure returns (bool) {
        return
            offence == Offence.InvalidResult ||
            offence == Offence.DuplicateSubmission ||
            offence == Offence.FakeBenchmark ||
            offence == Offence.ApprovedPlant;
    }

    /// @dev Returns `score` after `elapsed` seconds of inactivity, rounded down.
    ///
    /// 0.5 + (s - 0.5) x 2^(-elapsed / HALF_LIFE)
    ///
    /// Above one half the distance is rounded down, below it up. It never grows: for elapsed >= 1 the factor and its error
    /// are together below one. So the score never crosses one half, and moves one way in time.
    function decayDown(uint256 score, uint256 elapsed) internal pure returns (uint256) {
        if (elapsed == 0 || score == NEUTRAL) return score;
        uint256 factor = decayFactorDown(elapsed);
        if (score > NEUTRAL) return NEUTRAL + (((score - NEUTRAL) * factor) >> 128);
        return NEUTRAL - Math.ceilDiv((NEUTRAL - score) * (factor + FACTOR_ERROR), ONE);
    }

    /// @dev Returns 2^(-elapsed / HALF_LIFE) x 2^128, rounded down; off by less than 2^26, that is 2^-102 of one.
    ///
    /// Whole half-lives are a shift; the rest r < HALF_LIFE < 2^23 is the power r of the factor of one second, by squaring.
    /// That constant is off by at most 2^-128 of one, its r-th power by r times that; each of up to 46 products rounds down
    /// by as much, which later squarings multiply by at most 2^23: together below 2 x 2^23 + 46 < 2^26 units of 2^-128.
    function decayFactorDown(uint256 elapsed) internal pure returns (uint256 factor) {
        uint256 halvings = elapsed / HALF_LIFE;
        if (halvings >= 128) return 0;
        uint256 rest = elapsed % HALF_LIFE;
        uint256 power = DECAY_PER_SECOND;
        factor = ONE;
        // Overflow not possible: power < 2^128 and factor <= 2^128, so each product is below 2^256.
        unchecked {
            while (rest != 0) {
                if (rest & 1 != 0) factor = (factor * power) >> 128;
                power = (power * power) >> 128;
                rest >>= 1;
            }
        }
        return factor >> halvings;
    }

    /// @dev Returns stability and history, averaged, in basis points, rounded down.
    ///
    /// stability = min(1, online / 30 days) / 2 + completed / (completed + 4 x missed) / 2
    /// history = log2(1 + completed) / 10, at most one
    ///
    /// `online` is the number of seconds without a gap, zero for a node that is not alive. A node that neither completed nor
    /// missed anything has a reliability of one half.
    function recordBpsDown(uint256 online, uint256 completed, uint256 missed) internal pure returns (uint256) {
        return (uptimeBpsDown(online) + reliabilityBpsDown(completed, missed) + 2 * historyBpsDown(completed)) / 4;
    }

    /// @dev Returns min(1, online / 30 days) in basis points, rounded down.
    function uptimeBpsDown(uint256 online) internal pure returns (uint256) {
        return (BPS * Math.min(online, FULL_UPTIME)) / FULL_UPTIME;
    }

    /// @dev Returns completed / (completed + 4 x missed) in basis points, rounded down; one half with neither.
    function reliabilityBpsDown(uint256 completed, uint256 missed) internal pure returns (uint256) {
        uint256 total = completed + MISS_WEIGHT * missed;
        return total == 0 ? BPS / 2 : (BPS * completed) / total;
    }

    /// @dev Returns log2(1 + completed) / 10 in basis points, rounded down, at most one basis point below the exact value.
    ///
    /// The whole part of the logarithm is the highest bit; 14 fractional bits come from squaring the mantissa m in [1, 2),
    /// held with 64 fractional bits: m^2 >= 2 means that the next bit is set, and m^2 / 2 goes on.
    function historyBpsDown(uint256 completed) internal pure returns (uint256) {
        if (completed >= FULL_HISTORY) return BPS;
        uint256 whole = Math.log2(1 + completed);
        uint256 mantissa = ((1 + completed) << 64) >> whole;
        uint256 fraction = 0;
        for (uint256 bit = 0; bit < 14; ++bit) {
            mantissa = (mantissa * mantissa) >> 64;
            uint256 set = mantissa >> 65;
            mantissa >>= set;
            fraction = (fraction << 1) | set;
        }
        return (((whole << 14) | fraction) * (BPS / 10)) >> 14;
    }
}
