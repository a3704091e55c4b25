// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @dev What a node contributed. One slot and a half.
/// @param score Points, decayed, at `updatedAt`.
/// @param updatedAt Second of the last update.
/// @param seen Points ever paid to the node when it was last updated.
/// @param account Whose units they are: the operator at the last update.
/// @param units Units that were accepted.
struct Contribution {
    uint160 score;
    uint40 updatedAt;
    uint128 seen;
    address account;
    uint128 units;
}

/// @title IContributionUnits
/// @notice Turns the reward points that nodes were paid for into voting units of their operators, which cannot be transferred.
/// @dev score: points paid, with a half-life of 365 days. units = min(MAX_UNITS, UNITS_PER_ROOT x floor(sqrt(score))).
/// Nothing is lost by updating late; a score that is not updated decays only when it is. Anyone can update anyone.
interface IContributionUnits {
    /// @notice Emitted when the contribution of a node was brought up to date.
    event ContributionUpdated(NodeId indexed node, address indexed account, uint256 score, uint256 units);

    /// @notice Brings `nodes` up to date. Open to anyone. A node that was removed has no units.
    function sync(NodeId[] calldata nodes) external;

    /// @notice What is recorded about `node`.
    function contributionOf(NodeId node) external view returns (Contribution memory);

    /// @notice Score and units that `sync` would find now, before the global share is applied.
    function preview(NodeId node) external view returns (uint256 score, uint256 units);
}
