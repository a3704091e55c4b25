// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @dev The one fragment of a chain that is open. A chain's fragments follow each other, so its cursor is its state.
/// One slot; all zero until the chain is first touched.
/// @param step Step of the open fragment, from 0; equal to the number of settled fragments of the chain.
/// @param node Node it is assigned to; zero while unassigned.
/// @param missed Node that missed the deadline of this very fragment last; zero if none did.
/// @param requestedAt Second of the draw request; the draw is among the nodes active before it.
/// @param entropyBlock Block whose hash seeds the draw.
/// @param deadline Last second at which the assigned node can submit.
/// @param attempt Number of draw requests made for this fragment before the present one.
struct Cursor {
    uint32 step;
    NodeId node;
    NodeId missed;
    uint40 requestedAt;
    uint40 entropyBlock;
    uint40 deadline;
    uint16 attempt;
}

/// @title Fragments
/// @notice The state machine of a chain's open fragment, as pure transitions.
///
///   requested --assign--> assigned --settle--> requested (next step)
///   requested --renew---> requested (new entropy; none was eligible, or the entropy expired)
///   assigned  --miss----> requested (same step, after the deadline)
///
/// @dev Callers check who may do what; these functions check that the transition exists.
library Fragments {
    /// @notice Thrown when the fragment is assigned and the transition needs it free.
    error FragmentsAssigned(NodeId node, uint256 deadline);

    /// @notice Thrown when the fragment is not assigned and the transition needs it to be.
    error FragmentsNotAssigned(uint256 step);

    /// @notice Thrown when the entropy block of the draw is not past yet.
    error FragmentsEntropyPending(uint256 entropyBlock, uint256 blockNumber);

    /// @notice Thrown when the deadline of the assigned node has not passed.
    error FragmentsDeadlineNotPassed(uint256 deadline, uint256 timestamp);

    /// @notice Thrown when the assigned node is late.
    error FragmentsDeadlinePassed(uint256 deadline, uint256 timestamp);

    /// @dev Returns the cursor of a chain that was never touched: its first draw was requested at publication.
    function initial(uint40 publishedAt, uint40 publishedBlock) internal pure returns (Cursor memory cursor) {
        cursor.requestedAt = publishedAt;
        cursor.entropyBlock = publishedBlock + 1;
    }

    /// @dev Whether a node has the fragment.
    function isAssigned(Cursor memory cursor) internal pure returns (bool) {
        return NodeId.unwrap(cursor.node) != 0;
    }

    /// @dev Whether the entropy of the draw was known to all when block `blockNumber` began.
    function isDecided(Cursor memory cursor, uint256 blockNumber) internal pure returns (bool) {
        return cursor.entropyBlock < blockNumber;
    }

    /// @dev Reverts unless the fragment waits for a draw.
    function requireFree(Cursor memory cursor) internal pure {
        require(!isAssigned(cursor), FragmentsAssigned(cursor.node, cursor.deadline));
    }

    /// @dev Reverts while the entropy block is not past.
    function requireEntropy(Cursor memory cursor, uint256 blockNumber) internal pure {
        require(isDecided(cursor, blockNumber), FragmentsEntropyPending(cursor.entropyBlock, blockNumber));
    }

    /// @dev Requests the draw anew. Nobody gains a choice by it: the new entropy is unknown to all.
    function renew(Cursor memory cursor, uint256 timestamp, uint256 blockNumber) internal pure {
        requireFree(cursor);
        _request(cursor, timestamp, blockNumber);
        // Saturates: the seed also contains the entropy block, so a repeated attempt number repeats no draw.
        if (cursor.attempt < type(uint16).max) cursor.attempt += 1;
    }

    /// @dev Assigns the open fragment to `node` for `duration` seconds.
    function assign(Cursor memory cursor, NodeId node, uint256 timestamp, uint256 duration) internal pure {
        requireFree(cursor);
        cursor.node = node;
        cursor.deadline = uint40(timestamp + duration);
    }

    /// @dev Settles the assigned fragment and opens the next step.
    function settle(Cursor memory cursor, uint256 timestamp, uint256 blockNumber) internal pure {
        requireInTime(cursor, timestamp);
        cursor.step += 1;
        cursor.attempt = 0;
        cursor.missed = NodeId.wrap(0);
        _request(cursor, timestamp, blockNumber);
    }

    /// @dev Takes the fragment from the node that missed its deadline and requests a draw without it.
    function miss(Cursor memory cursor, uint256 timestamp, uint256 blockNumber) internal pure returns (NodeId node) {
        node = cursor.node;
        require(NodeId.unwrap(node) != 0, FragmentsNotAssigned(cursor.step));
        require(timestamp > cursor.deadline, FragmentsDeadlineNotPassed(cursor.deadline, timestamp));
        cursor.missed = node;
        _request(cursor, timestamp, blockNumber);
        if (cursor.attempt < type(uint16).max) cursor.attempt += 1;
    }

    /// @dev Reverts unless the fragment is assigned and its deadline has not passed.
    function requireInTime(Cursor memory cursor, uint256 timestamp) internal pure {
        require(isAssigned(cursor), FragmentsNotAssigned(cursor.step));
        require(timestamp <= cursor.deadline, FragmentsDeadlinePassed(cursor.deadline, timestamp));
    }

    /// @dev Casts are safe: seconds and block numbers stay below 2^40 for 34,000 years at one block a second.
    function _request(Cursor memory cursor, uint256 timestamp, uint256 blockNumber) private pure {
        cursor.node = NodeId.wrap(0);
        cursor.deadline = 0;
        cursor.requestedAt = uint40(timestamp);
        cursor.entropyBlock = uint40(blockNumber + 1);
    }
}
