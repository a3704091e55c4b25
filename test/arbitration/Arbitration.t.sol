// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Arbitration} from "../../contracts/arbitration/Arbitration.sol";
import {Dispute, DisputeStage} from "../../contracts/arbitration/IArbitration.sol";
import {vm} from "../support/Vm.sol";
import {ArbitrationHandler} from "./support/ArbitrationHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract ArbitrationCalls is ArbitrationHandler {}

contract ArbitrationInvariants {
    ArbitrationCalls private _handler;
    Arbitration private _arbitration;

    function setUp() public {
        _handler = new ArbitrationCalls();
        _arbitration = _handler.arbitration();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev INV-ARB-3, from wherever a run ended: a stranger ends every dispute, every round is settled, everybody is paid, and
    /// nothing but donations stays.
    function afterInvariant() public {
        uint256 end = _handler.clock() + _arbitration.MAX_DURATION() + 1;
        vm.warp(end);
        uint256 count = _arbitration.disputeCount();
        for (uint256 dispute = 1; dispute <= count; ++dispute) {
            if (_arbitration.disputeOf(dispute).stage < DisputeStage.Ruled) {
                vm.prank(address(0xbeef));
                require(_arbitration.advance(dispute) == DisputeStage.Ruled, "INV-ARB-3: one call is not enough");
            }
            for (uint256 round = 0; round < 4; ++round) {
                if (!_arbitration.panelOf(dispute, round).settled) _arbitration.settleRound(dispute, round);
            }
        }
        uint256 accounts = _handler.JURORS() + _handler.OTHERS();
        for (uint256 i = 0; i <= accounts; ++i) {
            address account = i == accounts ? address(0xfee) : _handler.account(i);
            if (_arbitration.owedTo(account) != 0) _arbitration.withdraw(account);
        }
        require(_arbitration.recordedTotal() == 0, "INV-ARB-1: stranded");
        require(_handler.token().balanceOf(address(_arbitration)) == _handler.donated(), "INV-ARB-1: lost");
        for (uint256 i = 0; i < accounts; ++i) {
            (, , uint256 locked, ) = _handler.pool().jurorOf(_handler.account(i));
            require(locked == 0, "INV-ARB-6: locked for ever");
        }
    }

    /// @dev Deposits that are not settled and all that is owed are what is recorded, and what is there, but for donations.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_1() public view {
        uint256 sum = _arbitration.owedTo(address(0xfee));
        uint256 accounts = _handler.JURORS() + _handler.OTHERS();
        for (uint256 i = 0; i < accounts; ++i) sum += _arbitration.owedTo(_handler.account(i));
        for (uint256 dispute = 1; dispute <= _arbitration.disputeCount(); ++dispute) sum += _handler.openMoney(dispute);
        require(_arbitration.recordedTotal() == sum, "INV-ARB-1: recorded");
        uint256 balance = _handler.token().balanceOf(address(_arbitration));
        require(balance == sum + _handler.donated(), "INV-ARB-1: balance");
    }

    /// @dev A final ruling stays, and its one action succeeded once exactly when it is executed.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_2() public {
        uint256 executed = 0;
        for (uint256 dispute = 1; dispute <= _arbitration.disputeCount(); ++dispute) {
            _handler.look(dispute);
            bool done = _arbitration.disputeOf(dispute).stage == DisputeStage.Executed;
            require(_handler.succeeded(dispute) == (done ? 1 : 0), "INV-ARB-2: not once");
            if (done) ++executed;
        }
        require(_handler.review().given().length == executed, "INV-ARB-2: the review heard more, or less");
    }

    /// @dev No deadline lies beyond the longest dispute.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_3() public view {
        for (uint256 dispute = 1; dispute <= _arbitration.disputeCount(); ++dispute) {
            Dispute memory data = _arbitration.disputeOf(dispute);
            require(data.deadline <= data.openedAt + _arbitration.MAX_DURATION(), "INV-ARB-3: too long");
        }
    }

    /// @dev Neither side, nor the node's addresses, nor the owner of the task has a vote.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_4() public view {
        for (uint256 dispute = 1; dispute <= _arbitration.disputeCount(); ++dispute) {
            Dispute memory data = _arbitration.disputeOf(dispute);
            for (uint256 round = 0; round <= data.round; ++round) {
                address node = _handler.account(_handler.JURORS());
                address owner = _handler.account(_handler.JURORS() + 1);
                uint256 votes = _arbitration.votesOf(dispute, round, data.claimant);
                votes += _arbitration.votesOf(dispute, round, data.respondent);
                votes += _arbitration.votesOf(dispute, round, node) + _arbitration.votesOf(dispute, round, owner);
                require(votes == 0, "INV-ARB-4");
            }
        }
    }

    /// @dev Nothing but results was ever announced, so nobody else heard of the court.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_5() public view {
        require(_handler.slasher().calls() == 0, "INV-ARB-5");
    }

    /// @dev Stakes are the total, and there; what is locked is covered.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_ARB_6() public view {
        uint256 sum = 0;
        uint256 accounts = _handler.JURORS() + _handler.OTHERS();
        for (uint256 i = 0; i < accounts; ++i) {
            (uint256 staked, uint256 leaving, uint256 locked, ) = _handler.pool().jurorOf(_handler.account(i));
            require(locked <= staked + leaving, "INV-ARB-6: not covered");
            sum += staked + leaving;
        }
        require(_handler.pool().stakedTotal() == sum, "INV-ARB-6: total");
        uint256 balance = _handler.token().balanceOf(address(_handler.pool()));
        require(balance == sum + _handler.donated(), "INV-ARB-6: balance");
    }
}
