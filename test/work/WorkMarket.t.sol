// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor} from "../../contracts/market/Fragments.sol";
import {TaskStatus} from "../../contracts/market/IMarket.sol";
import {WorkState, WorkTerms} from "../../contracts/market/IWorkMarket.sol";
import {NodeId, TaskId} from "../../contracts/types/Ids.sol";
import {WorkHandler} from "../support/work/WorkHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract WorkMarketHandler is WorkHandler {}

/// @dev Invariants of the market of work in any order of calls by anyone. `npm run test:deep` goes deeper.
contract WorkMarketInvariants {
    WorkMarketHandler private _handler;

    function setUp() public {
        _handler = new WorkMarketHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Paid once or never, and counted so.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_WRK_1() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            TaskId task = _handler.ids(i);
            WorkState memory state = _handler.work().stateOf(task);
            uint256 paid;
            uint256 finals;
            for (uint32 fragment = 0; fragment < 4; ++fragment) {
                (bytes32 result, NodeId node, bool isFinal) = _handler.work().resultOf(task, fragment);
                uint256 count = _handler.payments(task, fragment);
                require(count <= 1, "a fragment paid twice");
                require((count == 1) == (isFinal && result != bytes32(0)), "paid is not final, or dropped was paid");
                require((NodeId.unwrap(node) == 0) == (result == bytes32(0)), "a result of nobody");
                paid += count;
                if (isFinal) ++finals;
            }
            require(state.settled == paid && state.settled + state.dropped == finals, "miscounted");
            require((state.status == TaskStatus.Completed) == (finals == 4 && state.cancelHorizon == 0), "completion");
        }
    }

    /// @dev What is held is what fragments that are not final can cost, jackpots and bonds.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_WRK_2() public view {
        uint256 sum;
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (WorkTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            uint256 expected = _handler.bonds(task);
            bool flying;
            for (uint32 fragment = 0; fragment < 4; ++fragment) {
                (, , bool isFinal) = _handler.work().resultOf(task, fragment);
                uint256 left = _handler.work().verificationLeftOf(terms, fragment);
                require(left == (isFinal ? 0 : _handler.reserveOf(i) - _handler.spent(task, fragment)), "reserve");
                if (!isFinal) expected += terms.feePerFragment + left;
                flying = flying || !isFinal;
            }
            uint256 jackpots = _handler.work().stateOf(task).jackpots;
            require(flying || jackpots == 0, "jackpots of a task that is over");
            expected += jackpots * terms.jackpot;
            uint256 held = _handler.workEscrow().heldFor(task);
            require(held == expected, "held is not what can be spent");
            sum += held;
        }
        address[] memory accounts = _handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) sum += _handler.workEscrow().owedTo(accounts[i]);
        require(sum == _handler.workEscrow().recordedTotal(), "books differ from their sum");
        require(sum == _handler.token().balanceOf(address(_handler.workEscrow())), "balance differs from books");
    }

    /// @dev What each node has, by scheduler and by vault, is what the market gave it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_WRK_3() public view {
        uint256[] memory open = new uint256[](_handler.nodeCount() + 1);
        uint256[] memory held = new uint256[](open.length);
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (WorkTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            for (uint32 fragment = 0; fragment < 4; ++fragment) {
                Cursor memory cursor = _handler.work().cursorOf(task, fragment);
                (, , bool isFinal) = _handler.work().resultOf(task, fragment);
                if (isFinal) continue;
                bool submitted = NodeId.unwrap(_handler.work().deliveryOf(task, fragment).node) != 0;
                if (!submitted) ++open[NodeId.unwrap(cursor.node)];
                if (cursor.bonded) held[NodeId.unwrap(cursor.node)] += terms.feePerFragment / 2;
            }
        }
        require(held[0] == 0, "a bond of nobody");
        for (uint32 node = 1; node < open.length; ++node) {
            NodeId id = NodeId.wrap(node);
            require(_handler.scheduler().weightOf(id).open == open[node], "scheduler counts other fragments");
            require(_handler.vault().stakeDataOf(id).held == held[node], "vault holds other bonds");
        }
    }

    /// @dev One submission at most for each assignment; the handler tries every other.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_WRK_5() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            TaskId task = _handler.ids(i);
            for (uint32 fragment = 0; fragment < 4; ++fragment) {
                uint256 submissions = _handler.submissions(task, fragment);
                require(submissions <= _handler.drawn(task, fragment), "submitted without a draw");
                require(_handler.payments(task, fragment) <= submissions, "paid without a submission");
            }
        }
    }

    /// @dev The handler gets everywhere: an invariant that no run puts to the test would prove nothing.
    function test_handler_reachesEveryTransition() public {
        for (uint256 i = 0; i < 60; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            if (i % 8 == 0) {
                _handler.publish(seed, i / 8, seed >> 16, i == 32);
                // A new task, before others finish it.
                _handler.giveBack(_handler.taskCount() - 1, uint32(i / 8), 0);
            }
            if (i % 6 == 1) _handler.beLate(seed, uint32(seed >> 8));
            if (i % 6 == 2) _handler.giveBack(seed, uint32(seed >> 8), seed >> 16);
            if (i % 6 == 3) _handler.workOn(seed, seed >> 8, i % 12 == 3);
            if (i % 6 == 4) _handler.takeBond(seed, seed >> 8);
            for (uint32 fragment = 0; fragment < 4; ++fragment) {
                if (i % 6 == 3) _handler.payVerifiers(seed, fragment, 3, 1);
                if (i % 6 == 4) _handler.payVerifiers(seed, fragment, 2, 0);
                if (i % 6 == 5) _handler.reject(seed, fragment, uint8(seed >> (8 * fragment)), 1e18);
            }
            if (i % 6 == 5) _handler.payJackpot(seed, uint32(seed), seed >> 8);
            if (i % 6 == 0) _handler.giveBond(seed, seed >> 8);
            if (i > 50) _handler.cancel(seed, false);
        }
        require(_handler.accepted() != 0, "no fragment was paid");
        require(_handler.rejected() != 0 && _handler.reopened() != 0, "no result was rejected and drawn again");
        require(_handler.missed() != 0, "no fragment was missed");
        require(_handler.refused() != 0, "no fragment was given back");
        require(_handler.bonded() != 0, "no bond was held");
        require(_handler.jackpotsWon() != 0, "no jackpot was won");
        require(_handler.overpaid() != 0, "no reserve was tried");
        _handler.finishAll();
        require(_handler.completed() != 0, "no task was completed");
        _handler.recoverAll();
    }

    /// @dev INV-WRK-4, from wherever the run ended. Which of the two ways is tried follows from the run.
    function afterInvariant() public {
        if (_handler.accepted() % 2 == 0) _handler.finishAll();
        else _handler.recoverAll();
    }
}
