// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS} from "../types/Units.sol";
import {IVotingPower} from "../votes/IVotingPower.sol";
import {IParameters, Parameter} from "./IParameters.sol";

/// @title QuorumRules
/// @notice How many units a vote needs: a share of what was delegated, between bounds of all units; all as of one past second, so that nothing
/// that is decided later changes it.
/// @dev The floor keeps a quorum when few delegate; the ceiling keeps a whale from raising it by delegating.
/// @dev ROUNDING
/// - Up: never less than the share says.
library QuorumRules {
    /// @dev Returns the quorum at the past second `timepoint`, in units.
    function quorumUp(
        IVotingPower votes,
        IParameters parameters,
        Parameter shareBps,
        uint256 timepoint,
        uint256 floorBps,
        uint256 ceilingBps
    ) internal view returns (uint256) {
        uint256 total = votes.getPastTotalSupply(timepoint);
        uint256 share = _shareUp(votes.getPastTotalDelegated(timepoint), parameters.getPast(shareBps, timepoint));
        return Math.min(Math.max(share, _shareUp(total, floorBps)), _shareUp(total, ceilingBps));
    }

    function _shareUp(uint256 units, uint256 bps) private pure returns (uint256) {
        return Math.mulDiv(units, bps, BPS, Math.Rounding.Ceil);
    }
}
