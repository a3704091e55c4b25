// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @dev The one fragment of a chain that is open. A chain's fragments follow each other, so its cursor is its state.
/// One full slot; all zero until the chain is first touched.
/// @param step Step of the open fragment, from 0; equal to the number of settled fragments of the chain.
/// @param node Node it is assigned to; zero while unassigned.
/// @param missed Node that missed the deadline of this very fragment last, or gave it back; zero if none did.
/// @param ticket Entropy ticket of the draw.
/// @param requestedAt Second of the draw request.
/// @param deadline Last second at which the assigned node can submit.
/// @param waited Seconds from the opening of this fragment to the draw request; decides which tiers take part. Saturates.
/// @param attempt Number of draw requests made for this fragment before the present one. Saturates.
/// @param bonded Whether the assigned node's stake is held for it.
/// @param refused Whether `missed` gave the fragment back, and did not miss its deadline.
struct Cursor {
    uint32 step;
    NodeId node;
    NodeId missed;
    uint40 ticket;
    uint40 requestedAt;
    uint40 deadline;
    uint16 waited;
    uint8 attempt;
    bool bonded;
    bool refused;
}

/// @title Fragments
/// @notice The state machine of a chain's open fragment, as pure transitions.
///
///   requested --assign--> assigned --settle--> requested (next step)
///   requested --renew---> requested (new entropy; none was eligible, or the entropy expired)
///   assigned  --refuse--> requested (same step, in the first half of the time)
///   assigned  --miss----> requested (same step, after the deadline)
///   assigned  --reopen--> requested (same step, after what was delivered turned out not to count)
///
/// @dev Callers check who may do what; these functions check that the transition exists.
library Fragments {
    /// @notice Thrown when the fragment is assigned and the transition needs it free.
    error FragmentsAssigned(NodeId node, uint256 deadline);

    /// @notice Thrown when the fragment is not assigned and the transition needs it to be.
    error FragmentsNotAssigned(uint256 step);

    /// @notice Thrown when the entropy of the draw is not known yet.
    error FragmentsEntropyPending(uint256 ticket);

    /// @notice Thrown when the deadline of the assigned node has not passed.
    error FragmentsDeadlineNotPassed(uint256 deadline, uint256 timestamp);

    /// @notice Thrown when the assigned node is late.
    error FragmentsDeadlinePassed(uint256 deadline, uint256 timestamp);

    /// @notice Thrown when it is too late to give the fragment back.
    error FragmentsTooLateToRefuse(uint256 lastSecond, uint256 timestamp);

    /// @dev Returns the cursor of a chain that was never touched: its first draw was requested at publication.
    function initial(uint40 publishedAt, uint40 ticket) internal pure returns (Cursor memory cursor) {
        cursor.requestedAt = publishedAt;
        cursor.ticket = ticket;
    }

    /// @dev Whether a node has the fragment.
    function isAssigned(Cursor memory cursor) internal pure returns (bool) {
        return NodeId.unwrap(cursor.node) != 0;
    }

    /// @dev Reverts unless the fragment waits for a draw.
    function requireFree(Cursor memory cursor) internal pure {
        require(!isAssigned(cursor), FragmentsAssigned(cursor.node, cursor.deadline));
    }

    /// @dev Requests the draw anew. Nobody gains a choice by it: the new entropy is unknown to all.
    function renew(Cursor memory cursor, uint256 timestamp, uint40 ticket) internal pure {
        requireFree(cursor);
        _requestAgain(cursor, timestamp, ticket);
    }

    /// @dev Assigns the open fragment to `node` for `duration` seconds.
    function assign(Cursor memory cursor, NodeId node, bool bonded, uint256 timestamp, uint256 duration) internal pure {
        requireFree(cursor);
        cursor.node = node;
        cursor.bonded = bonded;
        cursor.deadline = uint40(timestamp + duration);
    }

    /// @dev Settles the assigned fragment and opens the next step.
    function settle(Cursor memory cursor, uint256 timestamp, uint40 ticket) internal pure {
        requireInTime(cursor, timestamp);
        cursor.step += 1;
        cursor.attempt = 0;
        cursor.waited = 0;
        cursor.missed = NodeId.wrap(0);
        cursor.refused = false;
        _request(cursor, timestamp, ticket);
    }

    /// @dev Takes the fragment from the node that missed its deadline and requests a draw without it.
    function miss(Cursor memory cursor, uint256 timestamp, uint40 ticket) internal pure returns (NodeId node) {
        node = cursor.node;
        require(NodeId.unwrap(node) != 0, FragmentsNotAssigned(cursor.step));
        require(timestamp > cursor.deadline, FragmentsDeadlineNotPassed(cursor.deadline, timestamp));
        cursor.missed = node;
        cursor.refused = false;
        _requestAgain(cursor, timestamp, ticket);
    }

    /// @dev Takes the fragment from the node that gives it back in the first half of its time, and requests a draw without it.
    function refuse(Cursor memory cursor, uint256 timestamp, uint256 duration, uint40 ticket) internal pure {
        require(isAssigned(cursor), FragmentsNotAssigned(cursor.step));
        uint256 lastSecond = cursor.deadline - duration / 2;
        require(timestamp <= lastSecond, FragmentsTooLateToRefuse(lastSecond, timestamp));
        cursor.missed = cursor.node;
        cursor.refused = true;
        _requestAgain(cursor, timestamp, ticket);
    }

    /// @dev Requests a draw of a fragment whose node delivered what does not count, without that node.
    function reopen(Cursor memory cursor, uint256 timestamp, uint40 ticket) internal pure {
        require(isAssigned(cursor), FragmentsNotAssigned(cursor.step));
        cursor.missed = cursor.node;
        cursor.refused = false;
        _requestAgain(cursor, timestamp, ticket);
    }

    /// @dev Reverts unless the fragment is assigned and its deadline has not passed.
    function requireInTime(Cursor memory cursor, uint256 timestamp) internal pure {
        require(isAssigned(cursor), FragmentsNotAssigned(cursor.step));
        require(timestamp <= cursor.deadline, FragmentsDeadlinePassed(cursor.deadline, timestamp));
    }

    /// @dev Requests another draw of the same fragment. `waited` saturates after 18 hours, long after it stops to matter.
    function _requestAgain(Cursor memory cursor, uint256 timestamp, uint40 ticket) private pure {
        uint256 waited = cursor.waited + (timestamp - cursor.requestedAt);
        cursor.waited = waited < type(uint16).max ? uint16(waited) : type(uint16).max;
        if (cursor.attempt < type(uint8).max) cursor.attempt += 1;
        _request(cursor, timestamp, ticket);
    }

    /// @dev Cast is safe: seconds stay below 2^40 for 34,000 years.
    function _request(Cursor memory cursor, uint256 timestamp, uint40 ticket) private pure {
        cursor.node = NodeId.wrap(0);
        cursor.bonded = false;
        cursor.deadline = 0;
        cursor.requestedAt = uint40(timestamp);
        cursor.ticket = ticket;
    }
}
