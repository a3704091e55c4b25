// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title Pages
/// @notice Bounds of the answers of paged queries.
library Pages {
    /// @dev Number of entries of a page: at most `limit` of the `total` from number `offset` (from 0) on.
    function lengthOf(uint256 total, uint256 offset, uint256 limit) internal pure returns (uint256 length) {
        if (offset >= total) return 0;
        length = total - offset;
        if (length > limit) length = limit;
    }
}
