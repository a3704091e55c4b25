// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BoostMath} from "../staking/BoostMath.sol";

/// @title StakeUnits
/// @notice Voting units of stake: one a CXT, up to four for the longest commitment.
library StakeUnits {
    /// @dev Units of one CXT committed for the longest period, less one.
    uint256 internal constant EXTRA = 3;

    /// @dev Returns the units of `amount` CXT wei committed to `period` seconds, rounded down.
    ///
    /// amount x (1 + 3 x period / MAX_PERIOD)
    ///
    /// Cannot overflow: 2^88 * 2^27 * 3. At most four times the amount, for period <= MAX_PERIOD.
    function unitsDown(uint256 amount, uint256 period) internal pure returns (uint256) {
        return amount + (amount * EXTRA * period) / BoostMath.MAX_PERIOD;
    }
}
