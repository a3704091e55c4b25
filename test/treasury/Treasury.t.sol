// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Budget} from "../../contracts/treasury/ITreasury.sol";
import {Treasury} from "../../contracts/treasury/Treasury.sol";
import {Handler} from "../support/Handler.sol";
import {vm} from "../support/Vm.sol";
import {PlainToken} from "./support/PlainToken.t.sol";

/// @dev Drives the treasury as the worst possible DAO, committee and module: this contract, which takes what it can get.
contract TreasuryHandler is Handler {
    uint256 private constant BUDGETS = 5;

    Treasury public immutable treasury;
    PlainToken public immutable asset;

    // Ghosts: every payment ever, with its budget, time and size.
    struct Payment {
        Budget budget;
        uint256 at;
        uint256 amount;
        bool committee;
    }
    Payment[] private _payments;
    uint256 public promised;
    uint256 public largestLimit;

    constructor() {
        treasury = new Treasury(address(new AccessManager(address(this))));
        asset = new PlainToken(address(this), 1_000_000e18);
        asset.transfer(address(treasury), 100_000e18);
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 60 days);
        vm.warp(clock);
    }

    function donate(uint256 amount) external onTime {
        asset.transfer(address(treasury), bound(amount, 0, asset.balanceOf(address(this)) / 10));
    }

    function setLimit(uint256 budget, uint256 limit) external onTime {
        limit = bound(limit, 0, 50_000e18);
        if (limit > largestLimit) largestLimit = limit;
        treasury.setLimit(_budget(budget), address(asset), limit);
    }

    function allot(uint256 seed, uint256 to, uint256 amount) external onTime {
        Budget budget = _budget(seed);
        uint256 available = treasury.availableOf(budget, address(asset));
        _refuseMore(budget, available);
        amount = bound(amount, 0, available);
        if (amount == 0) return;
        treasury.allot(budget, address(asset), _recipient(to), amount);
        promised += amount;
        _record(budget, amount, false);
    }

    function allotOperations(uint256 to, uint256 amount) external onTime {
        uint256 part = (treasury.limitOf(Budget.Operations, address(asset)) * treasury.committeeShareBps()) / 10_000;
        uint256 used = spentSince(Budget.Operations, 30 days, true);
        uint256 left = part > used ? part - used : 0;
        uint256 available = treasury.availableOf(Budget.Operations, address(asset));
        if (available < left) left = available;
        bytes memory more = abi.encodeCall(treasury.allotOperations, (address(asset), _recipient(to), left + 1));
        mustFail(address(this), address(treasury), more);
        amount = bound(amount, 0, left);
        if (amount == 0) return;
        treasury.allotOperations(address(asset), _recipient(to), amount);
        promised += amount;
        _record(Budget.Operations, amount, true);
    }

    function fund(uint256 amount) external onTime {
        amount = bound(amount, 0, treasury.availableOf(Budget.Grants, address(asset)));
        if (amount == 0) return;
        treasury.fundGrant(address(asset), amount);
        _record(Budget.Grants, amount, false);
    }

    function lowerShare(uint256 share) external onTime {
        uint256 old = treasury.committeeShareBps();
        share = bound(share, 0, 11_000);
        treasury.lowerCommitteeShare(share);
        require(treasury.committeeShareBps() == (share < old ? share : old), "share rose");
    }

    function withdraw(uint256 to) external onTime {
        address recipient = _recipient(to);
        if (treasury.owedTo(address(asset), recipient) == 0) return;
        promised -= treasury.withdraw(address(asset), recipient);
    }

    function steal(address stranger, uint256 amount) external onTime {
        if (stranger == address(this)) return;
        mustFail(
            stranger,
            address(treasury),
            abi.encodeCall(treasury.allot, (Budget.Grants, address(asset), stranger, amount))
        );
        mustFail(stranger, address(treasury), abi.encodeCall(treasury.fundGrant, (address(asset), amount)));
        mustFail(
            stranger,
            address(treasury),
            abi.encodeCall(treasury.setLimit, (Budget.Grants, address(asset), amount))
        );
    }

    /// @dev What a budget, or its committee alone, paid within the last `window` seconds.
    function spentSince(Budget budget, uint256 window, bool committee) public view returns (uint256 sum) {
        for (uint256 i = 0; i < _payments.length; ++i) {
            Payment storage payment = _payments[i];
            bool counts = payment.budget == budget && payment.at + window > clock && (!committee || payment.committee);
            if (counts) sum += payment.amount;
        }
    }

    function allSpentSince(uint256 window) external view returns (uint256 sum) {
        for (uint256 i = 0; i < BUDGETS; ++i) sum += spentSince(_budget(i), window, false);
    }

    function _refuseMore(Budget budget, uint256 available) private {
        bytes memory more = abi.encodeCall(treasury.allot, (budget, address(asset), _recipient(0), available + 1));
        mustFail(address(this), address(treasury), more);
    }

    function _record(Budget budget, uint256 amount, bool committee) private {
        _payments.push(Payment({budget: budget, at: clock, amount: amount, committee: committee}));
    }

    function _budget(uint256 seed) private pure returns (Budget) {
        return Budget(seed % BUDGETS);
    }

    function _recipient(uint256 seed) private pure returns (address) {
        return address(uint160(0xfeed0000 + (seed % 3)));
    }
}

contract TreasuryInvariants {
    TreasuryHandler private _handler;
    Treasury private _treasury;

    function setUp() public {
        _handler = new TreasuryHandler();
        _treasury = _handler.treasury();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev What is promised is held.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_TRE_1() public view {
        uint256 held = _handler.asset().balanceOf(address(_treasury));
        require(held >= _handler.promised(), "INV-TRE-1");
        require(_treasury.freeOf(address(_handler.asset())) == held - _handler.promised(), "INV-TRE-1: free");
    }

    /// @dev No budget paid more within thirty days than the largest limit it ever had.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_TRE_2() public view {
        for (uint256 i = 0; i < 5; ++i) {
            uint256 spent = _handler.spentSince(Budget(i), 30 days, false);
            require(spent <= _handler.largestLimit(), "INV-TRE-2");
        }
    }

    /// @dev No budget paid more within a year than its share of what is free and was spent in it.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_TRE_3() public view {
        uint256 year = _treasury.freeOf(address(_handler.asset())) + _handler.allSpentSince(365 days);
        for (uint256 i = 0; i < 5; ++i) {
            uint256 spent = _handler.spentSince(Budget(i), 365 days, false);
            // Free money is not taken out of it but by payments, which count: the base does not fall within the window.
            require(spent * 10_000 <= year * _treasury.ceilingBpsOf(Budget(i)) + 10_000, "INV-TRE-3");
        }
    }
}
