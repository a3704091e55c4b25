// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Stake} from "./IStakeVault.sol";

/// @title StakePool
/// @notice The positions of one node as shares of one stake: coming, staying, leaving, fees and slashes.
/// @dev A slash lowers `tokens` and touches no position, so it costs the same for any number of them.
///
/// A share starts at one wei and never is worth more: tokens <= totalShares after every operation. Hence a single wei buys
/// at least one share, and nobody can raise the price of a share to make another's wei vanish; donations are not counted.
///
/// WIPE-OUT: when little or nothing is left of a stake, its positions stay what they are, worth little or nothing, and can be
/// withdrawn as ever. New stake is refused until the last of them is gone, since shares at a price of zero could not be
/// told from the worthless ones. The bound is `MAX_SHARES_PER_WEI`: 24 times half of the stake, with nothing added.
/// @dev ROUNDING
/// - Shares that are bought down, amounts that leave down, shares that pay a fee up: against whoever acts, in favour of those
///   who stay. The last position takes all that is left: shares == totalShares, so nothing is rounded.
library StakePool {
    /// @dev Most shares that one wei may buy: 2^24 = 16.8 million.
    uint256 internal constant MAX_SHARES_PER_WEI = 2 ** 24;

    /// @dev Most CXT wei that may come at once: the whole supply of 100,000,000 CXT.
    uint256 internal constant MAX_AMOUNT = 100_000_000e18;

    /// @notice Thrown when stake comes to positions that are worth next to nothing; they have to be withdrawn first.
    error StakePoolWipedOut(uint256 tokens, uint256 totalShares, uint256 maxSharesPerWei);

    /// @dev Adds `amount` and returns the shares that it buys, rounded down, at least `amount` of them.
    /// Precondition: amount <= MAX_AMOUNT.
    ///
    /// Casts are safe. What is staked is CXT, so tokens <= 1e26 before and <= 2e26 < 2^88 after. As
    /// totalShares <= 2^24 * tokens before, and the price of a share does not fall, totalShares <= 2^24 * 2e26 < 2^112 after.
    function add(Stake storage self, uint256 amount) internal returns (uint256 shares) {
        (uint256 tokens, uint256 totalShares) = (self.tokens, self.totalShares);
        require(totalShares <= tokens * MAX_SHARES_PER_WEI, StakePoolWipedOut(tokens, totalShares, MAX_SHARES_PER_WEI));
        shares = totalShares == 0 ? amount : (amount * totalShares) / tokens;
        self.tokens = uint88(tokens + amount);
        self.totalShares = uint112(totalShares + shares);
    }

    /// @dev Takes all `shares` of a position out and returns what they are worth, rounded down.
    /// There may be none: a fee of the last wei takes the last share. Casts are safe: both only fall.
    /// Precondition: shares <= totalShares.
    function remove(Stake storage self, uint256 shares) internal returns (uint256 amount) {
        amount = amountDown(self, shares);
        self.tokens = uint88(self.tokens - amount);
        self.totalShares = uint112(self.totalShares - shares);
    }

    /// @dev Takes `amount` out and returns the shares that pay for it, rounded up.
    ///
    /// They are at most those of the position that pays: amount <= its shares * tokens / totalShares.
    /// Casts are safe: both only fall. Preconditions: amount is at most what the position is worth, and tokens > 0.
    function charge(Stake storage self, uint256 amount) internal returns (uint256 sharesUp) {
        (uint256 tokens, uint256 totalShares) = (self.tokens, self.totalShares);
        sharesUp = Math.ceilDiv(amount * totalShares, tokens);
        self.tokens = uint88(tokens - amount);
        self.totalShares = uint112(totalShares - sharesUp);
    }

    /// @dev Takes up to `amount` from all positions and returns what was taken.
    /// Casts are safe: slashed <= tokens < 2^88. The sum is checked: at least half of what is slashed is burned, so it stays
    /// below twice the supply.
    function slash(Stake storage self, uint256 amount) internal returns (uint256 slashed) {
        uint256 tokens = self.tokens;
        slashed = Math.min(amount, tokens);
        self.tokens = uint88(tokens - slashed);
        self.slashed += uint96(slashed);
    }

    /// @dev Counts `shares` committed to `period` seconds among those that stay.
    /// Cast is safe: shares < 2^112 and period < 2^27, so the sum of the products is below 2^139.
    function commit(Stake storage self, uint256 shares, uint256 period) internal {
        self.stayingShares += uint112(shares);
        self.committedShares += uint144(shares * period);
    }

    /// @dev Counts `shares` committed to `period` seconds no longer. Casts as in `commit`.
    function release(Stake storage self, uint256 shares, uint256 period) internal {
        self.stayingShares -= uint112(shares);
        self.committedShares -= uint144(shares * period);
    }

    /// @dev Returns what `shares` are worth in CXT wei, rounded down. Cannot overflow: 2^112 * 2^88.
    function amountDown(Stake storage self, uint256 shares) internal view returns (uint256) {
        return shares == 0 ? 0 : (shares * self.tokens) / self.totalShares;
    }

    /// @dev Returns the period in seconds that staying shares are committed to on average, rounded down; zero for none.
    function averagePeriodDown(Stake storage self) internal view returns (uint256) {
        uint256 shares = self.stayingShares;
        return shares == 0 ? 0 : self.committedShares / shares;
    }
}
