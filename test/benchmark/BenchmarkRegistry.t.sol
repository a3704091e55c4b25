// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {MeasurementStatus} from "../../contracts/benchmark/IBenchmarkRegistry.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {BenchmarkHandler} from "./support/BenchmarkHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract BenchmarkCalls is BenchmarkHandler {}

contract BenchmarkRegistryInvariants {
    BenchmarkCalls private _handler;

    function setUp() public {
        _handler = new BenchmarkCalls();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev The registry holds the bonds of open challenges and what it owes, and donations change nothing.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_BMK_1() public view {
        uint256 open = 0;
        for (uint256 node = 1; node <= _handler.NODES(); ++node) open += _handler.bench().challengeOf(_id(node)).bond;
        (uint256 owed, uint256 said) = _handler.owedInAll();
        require(open == _handler.open() && said == owed, "INV-BMK-1: each bond is where it belongs");
        uint256 balance = _handler.token().balanceOf(address(_handler.bench()));
        require(balance == open + owed + _handler.donated(), "INV-BMK-1: and is there");
    }

    /// @dev Capacity is what accepted measurements were worth, and nothing else.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_BMK_2() public view {
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            uint256 units = _handler.registry().get(_id(node)).dailyWorkUnits;
            require(units == _handler.capacity(node), "INV-BMK-2: capacity");
            if (units == 0) require(_handler.bench().scoreOf(_id(node)).size == 0, "INV-BMK-2: score");
        }
    }

    /// @dev What runs, runs for a limited time.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_BMK_3() public view {
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            (bool running, uint256 deadline) = _handler.deadlineOf(node);
            if (running) require(deadline <= _handler.clock() + 1 days, "INV-BMK-3: too long");
        }
    }

    /// @dev INV-BMK-3, from wherever a run ended: once the time is over, a stranger ends it.
    function afterInvariant() public {
        vm.warp(_handler.clock() + 1 days + 1);
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            (bool running, ) = _handler.deadlineOf(node);
            if (!running) continue;
            vm.prank(address(0xbeef));
            _handler.bench().expire(_id(node));
            require(_handler.bench().measurementOf(_id(node)).status == MeasurementStatus.None, "INV-BMK-3: runs");
            require(_handler.bench().challengeOf(_id(node)).challenger == address(0), "INV-BMK-3: open");
        }
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }
}
