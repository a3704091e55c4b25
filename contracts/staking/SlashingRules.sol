// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Offence} from "../types/Offence.sol";
import {BPS} from "../types/Units.sol";

/// @title SlashingRules
/// @notice What an offence costs, how much of it a cap allows, and who gets it, as pure arithmetic.
/// @dev ROUNDING
/// - A slash up, against the slashed: no base but zero is slashed by zero. What a cap allows down: a cap is a promise.
/// - Treasury and reporter down; what is left is burned, so the three add up exactly.
library SlashingRules {
    /// @dev Shares of what is slashed, in basis points: 30 % for the treasury, 20 % for the reporter, the rest burned.
    uint256 internal constant TREASURY_BPS = 3_000;
    uint256 internal constant REPORTER_BPS = 2_000;

    /// @dev A reporter gets at most ten times what it risked.
    uint256 internal constant MAX_REWARD_PER_BOND = 10;

    /// @dev A cap allows half of the stake within its window.
    uint256 internal constant CAP_DIVISOR = 2;

    /// @dev Returns the part of the base that `offence` costs, in basis points; zero for None.
    function fractionBps(Offence offence) internal pure returns (uint256) {
        if (offence == Offence.MissedDeadline) return BPS; // 100 % of the bond
        if (offence == Offence.InvalidResult) return 500; // 5 %
        if (offence == Offence.DuplicateSubmission) return 1_000; // 10 %
        if (offence == Offence.FakeBenchmark) return 3_000; // 30 %
        if (offence == Offence.UnrevealedVote) return 100; // 1 %
        if (offence == Offence.IncoherentVote) return 200; // 2 %
        if (offence == Offence.ApprovedPlant) return 1_000; // 10 %
        return 0;
    }

    /// @dev Returns whether `offence` removes the node for good.
    function removes(Offence offence) internal pure returns (bool) {
        return offence == Offence.FakeBenchmark;
    }

    /// @dev Returns what `offence` costs of `base` CXT wei, rounded up; at most `base`. Cannot overflow for any base.
    function slashUp(Offence offence, uint256 base) internal pure returns (uint256) {
        return Math.mulDiv(base, fractionBps(offence), BPS, Math.Rounding.Ceil);
    }

    /// @dev Returns what the cap still allows of a stake of `tokens` CXT wei of which `recent` were slashed in the window,
    /// rounded down.
    ///
    /// allowed = (tokens + recent) / 2 - recent, so that allowed + recent <= half of what there would be without slashes
    ///
    /// Cannot overflow: CXT amounts are below 2^97. At most tokens / 2.
    function allowedDown(uint256 tokens, uint256 recent) internal pure returns (uint256) {
        return Math.saturatingSub((tokens + recent) / CAP_DIVISOR, recent);
    }

    /// @dev Splits `slashed` CXT wei; burned + toTreasury + reward == slashed.
    /// @param hasReporter Whether somebody proved the offence; without, its share is burned.
    /// @param reporterBond CXT wei that the reporter risked; any value.
    /// Cannot overflow: slashed < 2^88.
    function split(
        uint256 slashed,
        bool hasReporter,
        uint256 reporterBond
    ) internal pure returns (uint256 burned, uint256 toTreasury, uint256 reward) {
        toTreasury = (slashed * TREASURY_BPS) / BPS;
        if (hasReporter) {
            uint256 limit = Math.saturatingMul(reporterBond, MAX_REWARD_PER_BOND);
            reward = Math.min((slashed * REPORTER_BPS) / BPS, limit);
        }
        burned = slashed - toTreasury - reward;
    }
}
