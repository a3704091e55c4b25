// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Conduct} from "../../contracts/reputation/IReputation.sol";
import {Reputation} from "../../contracts/reputation/Reputation.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {ReputationHandler} from "./support/ReputationHandler.sol";

/// @dev The runner finds handlers only in test files.
contract ReputationCalls is ReputationHandler {}

contract ReputationInvariants {
    ReputationCalls private _handler;

    function setUp() public {
        _handler = new ReputationCalls();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev No score is above one, present, recorded or past; none of a node never measured is above zero.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REP_1() public {
        vm.warp(_handler.clock());
        Reputation reputation = _handler.reputation();
        for (uint256 node = 1; node <= _handler.NODES() + 1; ++node) {
            uint256 most = _handler.measured(node) ? 1e18 : 0;
            require(reputation.scoreOf(_id(node)) <= most, "INV-REP-1: present");
            require(reputation.conductOf(_id(node)).score <= most, "INV-REP-1: recorded");
            require(reputation.scoreAt(_id(node), _handler.clock() - 1) <= most, "INV-REP-1: past");
        }
    }

    /// @dev The past is what it was: for the first and last days, at their end and in the middle of the next.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REP_2() public {
        uint256 clock = _handler.clock();
        vm.warp(clock);
        uint256[] memory ended = _handler.daysOver();
        for (uint256 i = 0; i < 5 && i < ended.length; ++i) {
            uint256 day = ended[i < 2 ? i : ended.length + 1 - i];
            for (uint256 node = 1; node <= _handler.NODES() + 1; ++node) {
                uint256 expected = _handler.scoreAtEndOf(node, day);
                uint256 end = (day + 1) * 1 days;
                if (end < clock) {
                    require(_handler.reputation().scoreAt(_id(node), end) == expected, "INV-REP-2: at the end");
                }
                uint256 last = end + 1 days - 1 < clock ? end + 1 days - 1 : clock - 1;
                if (last >= end) {
                    require(
                        _handler.reputation().scoreAt(_id(node), last) == expected,
                        "INV-REP-2: until the next end"
                    );
                }
            }
        }
    }

    /// @dev The counters are what was recorded, so they only grow; and what became of a node follows from the rules.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REP_3() public view {
        for (uint256 node = 1; node <= _handler.NODES() + 1; ++node) {
            Conduct memory conduct = _handler.reputation().conductOf(_id(node));
            require(conduct.completed == _handler.completed(node), "INV-REP-3: completed");
            require(conduct.missed == _handler.missed(node), "INV-REP-3: missed");
            require(conduct.refused == _handler.refused(node), "INV-REP-3: refused");
            require(conduct.violations == _handler.violations(node), "INV-REP-3: violations");
            require(_handler.registry().get(_id(node)).status == _handler.status(node), "INV-REP-3: status");
        }
    }

    /// @dev The scheduler was never told more than the score last recorded, and knows what it was told.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_REP_4() public view {
        for (uint256 node = 1; node <= _handler.NODES() + 1; ++node) {
            Conduct memory conduct = _handler.reputation().conductOf(_id(node));
            uint256 told = _handler.scheduler().scoreBps(_id(node));
            require(told == conduct.pushedBps, "INV-REP-4: remembered");
            require(told <= conduct.score / 1e14, "INV-REP-4: above the score");
        }
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }
}
