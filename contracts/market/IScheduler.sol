// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @dev One draw.
/// @param seed Entropy that nobody knew when `snapshot` passed.
/// @param snapshot The draw is among the nodes that were active at the end of this second.
/// @param excluded Node that is drawn only when no other turns up; zero for none.
struct Draw {
    bytes32 seed;
    uint48 snapshot;
    NodeId excluded;
}

/// @title IScheduler
/// @notice Chooses the node of a fragment. The choice is a function of the seed and of a past state alone, so whoever
/// triggers the draw cannot steer it.
interface IScheduler {
    /// @notice The drawn node, or zero when none of the bounded number of attempts met an eligible node.
    function draw(Draw calldata request) external view returns (NodeId node);
}
