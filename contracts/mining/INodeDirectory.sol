// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @title INodeDirectory
/// @notice What the reward side must know about a node; implemented by the node registry.
/// @dev Declared here so that `mining` depends on no later domain.
interface INodeDirectory {
    /// @notice Address that receives the earnings of `node`; zero for an unknown node.
    function payoutOf(NodeId node) external view returns (address payout);

    /// @notice Work units (multiply-accumulates) per day that the unexpired benchmark of `node` attests; else zero.
    /// @dev Zero for a suspended or removed node: its work in flight still earns its fee, but nothing from the pool.
    function dailyCapacityOf(NodeId node) external view returns (uint256 workUnits);
}
