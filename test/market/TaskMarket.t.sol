// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor} from "../../contracts/market/Fragments.sol";
import {TaskStatus} from "../../contracts/market/IMarket.sol";
import {TaskState, TaskTerms} from "../../contracts/market/ITaskMarket.sol";
import {NodeId, TaskId} from "../../contracts/types/Ids.sol";
import {MarketBatchHandler} from "../support/market/MarketBatchHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract TaskMarketHandler is MarketBatchHandler {}

/// @dev Invariants of escrow, market and proofs in any order of calls by anyone. `npm run test:deep` goes deeper.
contract TaskMarketInvariants {
    TaskMarketHandler private _handler;

    function setUp() public {
        _handler = new TaskMarketHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ESC_1() public view {
        uint256 sum;
        for (uint256 i = 0; i < _handler.taskCount(); ++i) sum += _handler.escrow().heldFor(_handler.ids(i));
        address[] memory accounts = _handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) sum += _handler.escrow().owedTo(accounts[i]);
        // The handler itself owns the network tasks, and is owed nothing.
        require(_handler.escrow().owedTo(address(_handler)) == 0, "owed to the owner of network tasks");
        require(sum == _handler.escrow().recordedTotal(), "books differ from their sum");
        uint256 balance = _handler.token().balanceOf(address(_handler.escrow()));
        require(balance == sum + _handler.donated(), "balance differs from books and donations");
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MKT_1() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (TaskTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            uint256 payments;
            for (uint16 chain = 0; chain < terms.chains; ++chain) {
                for (uint256 step = 0; step < terms.steps; ++step) {
                    uint256 count = _handler.payments(task, (uint256(chain) << 32) | step);
                    require(count <= 1, "a fragment paid twice");
                    // Steps are paid in order: exactly those below the open one.
                    require(
                        count == (step < _handler.market().cursorOf(task, chain).step ? 1 : 0),
                        "paid out of order"
                    );
                    payments += count;
                }
            }
            require(payments == _handler.market().stateOf(task).settled, "settled without payment");
            require(payments * terms.feePerFragment == _handler.paid(task), "paid another sum");
        }
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MKT_3() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (TaskTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            TaskState memory state = _handler.market().stateOf(task);
            uint256 fragments = uint256(terms.chains) * terms.steps;
            uint256 backed = state.status == TaskStatus.Active ? fragments - state.settled : state.assigned;
            require(_handler.escrow().heldFor(task) == backed * terms.feePerFragment, "fees do not match fragments");
            require(state.status != TaskStatus.Completed || state.settled == fragments, "completed early");
            require(
                _handler.deposited(task) ==
                    _handler.escrow().heldFor(task) + _handler.paid(task) + _handler.refunded(task),
                "fees came or went"
            );
        }
    }

    /// @dev The counter of assigned fragments is their number; of a cancelled task, also the decided draws are in it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MKT_4() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (TaskTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            TaskState memory state = _handler.market().stateOf(task);
            uint256 count;
            for (uint16 chain = 0; chain < terms.chains; ++chain) {
                Cursor memory cursor = _handler.market().cursorOf(task, chain);
                bool decided =
                    state.status == TaskStatus.Cancelled &&
                        cursor.step < terms.steps &&
                        cursor.ticket < state.cancelHorizon;
                if (NodeId.unwrap(cursor.node) != 0 || decided) ++count;
            }
            require(count == state.assigned, "counter differs from the fragments");
        }
    }

    /// @dev What each node has, by scheduler and by vault, is what the market gave it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MKT_5() public view {
        uint256[] memory open = new uint256[](_handler.nodeCount() + 1);
        uint256[] memory held = new uint256[](open.length);
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (TaskTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            for (uint16 chain = 0; chain < terms.chains; ++chain) {
                Cursor memory cursor = _handler.market().cursorOf(task, chain);
                uint256 node = NodeId.unwrap(cursor.node);
                ++open[node];
                if (cursor.bonded) held[node] += terms.feePerFragment / 2;
            }
        }
        require(held[0] == 0, "a bond of nobody");
        for (uint32 node = 1; node < open.length; ++node) {
            NodeId id = NodeId.wrap(node);
            require(_handler.scheduler().weightOf(id).open == open[node], "scheduler counts other fragments");
            require(_handler.vault().stakeDataOf(id).held == held[node], "vault holds other bonds");
        }
    }

    /// @dev INV-PRF-1: every accepted statement settled one fragment; the handler replays each at once and in vain.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_PRF_1() public view {
        uint256 settled;
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            settled += _handler.market().stateOf(_handler.ids(i)).settled;
        }
        require(settled == _handler.accepted(), "settled without an accepted statement");
    }

    /// @dev INV-MKT-2: from wherever the run ended.
    function afterInvariant() public {
        _handler.recoverAll();
    }
}
