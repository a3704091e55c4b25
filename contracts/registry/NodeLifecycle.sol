// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeStatus} from "./INodeRegistry.sol";

/// @title NodeLifecycle
/// @notice Which change of status exists. Exited and Removed are terminal.
///
///   from \ to    Registered  Active     Suspended  Exited  Removed
///   None         register    -          -          -       -
///   Registered   -           benchmark  suspend    exit    remove
///                            heartbeat
///   Active       deactivate  -          suspend    exit    remove
///                heartbeat
///   Suspended    reinstate   -          -          exit    remove
///   Exited       -           -          -          -       -
///   Removed      -           -          -          -       -
library NodeLifecycle {
    /// @dev Whether a node can go from `from` to `to`.
    function canMove(NodeStatus from, NodeStatus to) internal pure returns (bool) {
        if (from == NodeStatus.None) return to == NodeStatus.Registered;
        if (from == NodeStatus.Exited || from == NodeStatus.Removed) return false;
        if (to == NodeStatus.Registered) return from != NodeStatus.Registered;
        if (to == NodeStatus.Active) return from == NodeStatus.Registered;
        if (to == NodeStatus.Suspended) return from != NodeStatus.Suspended;
        return to != NodeStatus.None;
    }

    /// @dev Whether a node of this status can prove that it is alive and have its capacity measured.
    function isWorking(NodeStatus status) internal pure returns (bool) {
        return status == NodeStatus.Registered || status == NodeStatus.Active;
    }
}
