// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Case, CasePhase, Seat} from "../../contracts/committee/IVerifierCommittee.sol";
import {VerifierCommittee} from "../../contracts/committee/VerifierCommittee.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {WORK_KINDS, WorkKind} from "../../contracts/types/WorkKind.sol";
import {CommitteeHandler} from "./support/CommitteeHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract VerifierHandler is CommitteeHandler {}

contract CommitteeInvariants {
    VerifierHandler private _handler;
    VerifierCommittee private _committee;

    function setUp() public {
        _handler = new VerifierHandler();
        _committee = _handler.committee();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev INV-VER-2: one call that anyone can make concludes a case when its time is over; then nothing is held.
    function afterInvariant() public {
        uint256 count = _committee.caseCount();
        // Longer than any case may take: six hours and twice twenty minutes.
        _handler.advance(1, 7 hours);
        for (uint256 caseId = 1; caseId <= count; ++caseId) {
            // One call to conclude it, whatever its phase, and one to close it.
            _handler.end(caseId);
            require(_committee.caseOf(caseId).phase == CasePhase.Closed, "INV-VER-2: not in one call");
        }
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            require(_handler.vault().stakeDataOf(_handler.id(node)).held == 0, "INV-VER-1: held for ever");
        }
        invariant_INV_VER_3();
    }

    /// @dev What the vault holds, by the model and by the seats that are shown.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VER_1() public view {
        uint256[] memory sums = new uint256[](_handler.NODES() + 1);
        uint256 count = _committee.caseCount();
        for (uint256 caseId = 1; caseId <= count; ++caseId) {
            Seat[] memory seats = _committee.seatsOf(caseId);
            for (uint256 i = 0; i < seats.length; ++i) sums[NodeId.unwrap(seats[i].verifier)] += seats[i].held;
        }
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            uint256 held = _handler.vault().stakeDataOf(_handler.id(node)).held;
            require(held == _handler.heldOf(node), "INV-VER-1: model");
            require(held == sums[node], "INV-VER-1: seats");
        }
    }

    /// @dev No deadline is later than the bound, whatever was called when; a case whose time is over can be concluded.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VER_2() public view {
        uint256 count = _committee.caseCount();
        for (uint256 caseId = 1; caseId <= count; ++caseId) {
            Case memory data = _committee.caseOf(caseId);
            uint256 bound = data.openedAt + _committee.DRAW_WINDOW() + 2 * data.voteDuration;
            require(data.deadline <= bound, "INV-VER-2: deadline");
            bool open = data.phase != CasePhase.Concluded && data.phase != CasePhase.Closed;
            require(!open || _handler.clock() <= bound || _handler.canConclude(caseId), "INV-VER-2: stuck");
        }
    }

    /// @dev Exactly the offences of the model: silence once, a wrong verdict once, nothing else.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VER_3() public view {
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            uint256 offences = _handler.reputation().offencesOf(_handler.id(node));
            require(offences == _handler.offencesOf(node), "INV-VER-3");
        }
    }

    /// @dev The handler compares payout addresses at the draw; nodes and operators never change.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VER_4() public view {
        uint256 count = _committee.caseCount();
        for (uint256 caseId = 1; caseId <= count; ++caseId) {
            Case memory data = _committee.caseOf(caseId);
            Seat[] memory seats = _committee.seatsOf(caseId);
            for (uint256 i = 0; i < seats.length; ++i) {
                require(seats[i].verifier != data.executor, "INV-VER-4: executor");
                require(_handler.registry().operatorOf(seats[i].verifier) != data.owner, "INV-VER-4: owner");
            }
        }
    }

    /// @dev Totals are the sums of the weights of those who verify the kind.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_VER_5() public view {
        for (uint256 kind = 0; kind < WORK_KINDS; ++kind) {
            uint256 sum = 0;
            for (uint256 node = 0; node <= _handler.NODES() + 1; ++node) {
                (uint256 kinds, uint256 weight) = _committee.verifierOf(_handler.id(node));
                if ((kinds >> kind) & 1 != 0) sum += weight;
            }
            require(_committee.totalOf(WorkKind(kind)) == sum, "INV-VER-5");
        }
    }
}
