// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor} from "../../../contracts/market/Fragments.sol";
import {TaskStatus} from "../../../contracts/market/IMarket.sol";
import {ITaskMarket, Relay, Submission, TaskTerms} from "../../../contracts/market/ITaskMarket.sol";
import {NodeId, TaskId} from "../../../contracts/types/Ids.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @dev Batches beside everything else. Nobody here has a key, so all fragments of a batch are the caller's own; a signature of
/// anybody else's must be refused.
abstract contract MarketBatchHandler is MarketHandler {
    uint256 public acceptedInBatches;

    /// @dev Both chains of a task are drawn; then their nodes try to submit them together.
    function workTogether(uint256 taskSeed, uint8 flaw, bool twice) external {
        for (uint16 chain = 0; chain < 2; ++chain) {
            _decide(taskSeed, chain);
            assign(taskSeed, chain);
        }
        submitBatch(taskSeed, 0, flaw, twice);
    }

    /// @dev All open fragments of one node, in one batch: with a flaw in one of them, or with one of them twice.
    function submitBatch(uint256 taskSeed, uint256 nodeSeed, uint8 flaw, bool twice) public inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, ) = _pick(taskSeed, 0);
        NodeId node = market.cursorOf(task, 0).node;
        if (NodeId.unwrap(node) == 0) node = _node(nodeSeed);
        (Submission[] memory submissions, bool late) = _openOf(terms, task, node, twice);
        if (submissions.length == 0) return;
        bool flawed = _spoil(submissions[submissions.length - 1], flaw % 16);
        bool possible = !flawed && !twice && !late;

        uint256 heldBefore = escrow.heldFor(task);
        uint256 owedBefore = escrow.owedTo(_payout(NodeId.unwrap(node)));
        address operator = _operator(NodeId.unwrap(node));
        Relay[] memory relays = new Relay[](submissions.length);
        for (uint256 i = 0; i < relays.length; ++i) relays[i] = Relay(operator, "");
        // Unsigned, nobody can submit it for the node.
        bytes memory data = abi.encodeCall(ITaskMarket.submitBatch, (terms, submissions, relays));
        _must(_owner(9), address(market), false, data);
        _must(operator, address(market), possible, data);
        if (!possible) {
            require(escrow.heldFor(task) == heldBefore, "a batch that failed cost something");
            require(escrow.owedTo(_payout(NodeId.unwrap(node))) == owedBefore, "a batch that failed paid");
            return;
        }
        for (uint256 i = 0; i < submissions.length; ++i) {
            ++accepted;
            ++acceptedInBatches;
            ++settled[task];
            ++payments[task][(uint256(submissions[i].chain) << 32) | submissions[i].step];
            require(market.headOf(task, submissions[i].chain) == submissions[i].newWeights, "head");
        }
        paid[task] += heldBefore - escrow.heldFor(task);
        require(heldBefore - escrow.heldFor(task) == terms.feePerFragment * submissions.length, "paid another sum");
        if (market.stateOf(task).status == TaskStatus.Completed) ++completed;
        // INV-PRF-1: the very same batch is worth nothing now.
        _must(operator, address(market), false, data);
    }

    /// @dev The open fragments of `node`, the last one twice if asked for, and whether any is late or the task closed.
    function _openOf(
        TaskTerms memory terms,
        TaskId task,
        NodeId node,
        bool twice
    ) private view returns (Submission[] memory submissions, bool late) {
        uint256 count;
        for (uint16 chain = 0; chain < terms.chains; ++chain) {
            if (market.cursorOf(task, chain).node == node) ++count;
        }
        submissions = new Submission[](count == 0 || !twice ? count : count + 1);
        uint256 next;
        for (uint16 chain = 0; chain < terms.chains; ++chain) {
            Cursor memory cursor = market.cursorOf(task, chain);
            if (cursor.node != node) continue;
            if (clock > cursor.deadline) late = true;
            submissions[next++] = _submission(terms, task, chain, cursor.step);
            if (twice) submissions[count] = _submission(terms, task, chain, cursor.step);
        }
    }
}
