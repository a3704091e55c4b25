// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor} from "../../contracts/market/Fragments.sol";
import {TaskStatus} from "../../contracts/market/IMarket.sol";
import {Phase, RoundState, RoundTerms} from "../../contracts/market/IRoundMarket.sol";
import {NodeId, TaskId} from "../../contracts/types/Ids.sol";
import {RoundHandler} from "../support/rounds/RoundHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract RoundMarketHandler is RoundHandler {}

/// @dev Invariants of the market of rounds in any order of calls by anyone. `npm run test:deep` goes deeper.
contract RoundMarketInvariants {
    RoundMarketHandler private _handler;

    function setUp() public {
        _handler = new RoundMarketHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RND_1() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (RoundTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            RoundState memory state = _handler.rounds().stateOf(task);
            for (uint256 round = 0; round <= terms.rounds; ++round) {
                for (uint256 fragment = 0; fragment < 18; ++fragment) {
                    uint256 count = _handler.payments(task, (round << 16) | fragment);
                    require(count <= 1, "a fragment paid twice");
                    require(count == 0 || round <= state.round, "paid before it was opened");
                }
                // A round that was applied is paid for its step, and for as many lanes as its quorum at least.
                if (round >= state.round) continue;
                require(_handler.payments(task, (round << 16) | 16) == 1, "a round without its step");
                uint256 lanes;
                for (uint256 lane = 0; lane < terms.lanes; ++lane) {
                    lanes += _handler.payments(task, (round << 16) | lane);
                }
                require(lanes >= terms.quorum, "a round without its quorum");
            }
            for (uint256 lane = 0; state.phase == Phase.Gradients && lane < terms.lanes; ++lane) {
                uint256 count = _handler.payments(task, (uint256(state.round) << 16) | lane);
                require(count == ((state.settled >> lane) & 1), "settled without payment");
            }
            require(_handler.paid(task) == _handler.settledFees(task), "paid another sum");
        }
    }

    /// @dev Fees held are those of what is neither settled nor dropped.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RND_2() public view {
        uint256 sum;
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            TaskId task = _handler.ids(i);
            RoundState memory state = _handler.rounds().stateOf(task);
            uint256 held = _handler.roundEscrow().heldFor(task);
            sum += held;
            if (state.status != TaskStatus.Cancelled) {
                uint256 gone = _handler.settledFees(task) + _handler.droppedFees(task);
                require(held == _handler.deposited(task) - gone, "fees do not match fragments");
            } else {
                require(held == _ones(state.reserved) * _fee(_handler.termsOf(i), state.phase), "reserve");
            }
            require(state.status != TaskStatus.Completed || held == 0, "completed with fees left");
            require(
                _handler.deposited(task) == held + _handler.paid(task) + _handler.refunded(task),
                "fees came or went"
            );
        }
        address[] memory accounts = _handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) sum += _handler.roundEscrow().owedTo(accounts[i]);
        require(sum == _handler.roundEscrow().recordedTotal(), "books differ from their sum");
        require(sum == _handler.token().balanceOf(address(_handler.roundEscrow())), "balance differs from books");
    }

    /// @dev The head is that of the last accepted step, and losses are the sum of the accepted ones.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RND_3() public view {
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            TaskId task = _handler.ids(i);
            uint256 head = _handler.rounds().headOf(task);
            uint256 expected = _handler.heads(task);
            require(head == 0 ? expected == _handler.termsOf(i).initialWeights : head == expected, "head");
            (uint256 loss, , ) = _handler.rounds().evaluationOf(task);
            require(loss == _handler.losses(task), "loss");
            (uint256[] memory gradients, uint256[] memory shares, uint256 present) = _handler.rounds().gradientsOf(
                task
            );
            uint256 total;
            for (uint256 lane = 0; lane < 16; ++lane) {
                bool there = (present >> lane) & 1 == 1;
                require((gradients[lane] != 0) == there && (shares[lane] != 0) == there, "absent lanes have a share");
                total += shares[lane];
            }
            require(total == (present == 0 ? 0 : 256), "shares are not one");
        }
    }

    /// @dev What each node has, by scheduler and by vault, is what the market gave it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_RND_5() public view {
        uint256[] memory open = new uint256[](_handler.nodeCount() + 1);
        uint256[] memory held = new uint256[](open.length);
        for (uint256 i = 0; i < _handler.taskCount(); ++i) {
            (RoundTerms memory terms, TaskId task) = (_handler.termsOf(i), _handler.ids(i));
            uint256 fee = _fee(terms, _handler.rounds().stateOf(task).phase);
            for (uint16 fragment = 0; fragment < 18; ++fragment) {
                Cursor memory cursor = _handler.rounds().cursorOf(task, fragment);
                ++open[NodeId.unwrap(cursor.node)];
                if (cursor.bonded) held[NodeId.unwrap(cursor.node)] += fee / 2;
            }
        }
        require(held[0] == 0, "a bond of nobody");
        for (uint32 node = 1; node < open.length; ++node) {
            NodeId id = NodeId.wrap(node);
            require(_handler.scheduler().weightOf(id).open == open[node], "scheduler counts other fragments");
            require(_handler.vault().stakeDataOf(id).held == held[node], "vault holds other bonds");
        }
    }

    /// @dev The handler gets everywhere: an invariant that no run puts to the test would prove nothing.
    function test_handler_reachesEveryTransition() public {
        for (uint256 i = 0; i < 60; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            if (i % 10 == 0) {
                _handler.publish(seed, seed >> 8, seed >> 16, i == 30);
                // A new task, before others finish it.
                _handler.giveBack(_handler.taskCount() - 1, i % 3, 0);
            }
            if (i % 5 == 1) _handler.beLate(seed, seed >> 8, seed >> 16);
            if (i % 5 == 2) _handler.drop(seed, seed >> 8, seed >> 16);
            if (i % 5 == 3) _handler.work(seed, seed >> 8);
            if (i % 5 == 4) _handler.giveBack(seed, seed >> 8, seed >> 16);
            if (i % 5 == 0) _handler.submit(seed, seed >> 8, seed >> 16, uint8(seed >> 24));
            if (i > 45) _handler.cancel(seed, false);
        }
        require(_handler.closed() != 0, "no round was closed");
        require(_handler.completed() != 0, "no task was completed");
        require(_handler.missed() != 0, "no fragment was missed");
        require(_handler.refused() != 0, "no fragment was given back");
        require(_handler.bonded() != 0, "no bond was held");
        _handler.finishAll();
        _handler.recoverAll();
    }

    /// @dev INV-RND-4, from wherever the run ended. Which of the two ways is tried follows from the run.
    function afterInvariant() public {
        if (_handler.accepted() % 2 == 0) _handler.finishAll();
        else _handler.recoverAll();
    }

    function _fee(RoundTerms memory terms, Phase phase) private pure returns (uint256) {
        if (phase == Phase.Gradients) return terms.feePerGradient;
        return phase == Phase.Applying ? terms.feePerApply : terms.feePerEvaluation;
    }

    function _ones(uint256 mask) private pure returns (uint256 count) {
        for (uint256 i = 0; i < 16; ++i) count += (mask >> i) & 1;
    }
}
