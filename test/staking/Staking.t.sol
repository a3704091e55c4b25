// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BoostMath} from "../../contracts/staking/BoostMath.sol";
import {Position} from "../../contracts/staking/IStakeVault.sol";
import {Slasher} from "../../contracts/staking/Slasher.sol";
import {StakeVault} from "../../contracts/staking/StakeVault.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {StakingHandler} from "./support/StakingHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract VaultHandler is StakingHandler {}

contract StakingInvariants {
    VaultHandler private _handler;
    StakeVault private _vault;
    Slasher private _slasher;
    CorexToken private _token;

    function setUp() public {
        _handler = new VaultHandler();
        (_vault, _slasher, _token) = (_handler.vault(), _handler.slasher(), _handler.token());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Whatever happened, everybody leaves with all there is, and nothing but donations stays.
    function afterInvariant() public {
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            (NodeId id, uint256 held) = (_handler.id(node), _handler.heldOf(node));
            vm.prank(address(_handler));
            _vault.unhold(id, held);
            for (uint256 i = 0; i < _handler.PLACES(); ++i) _leave(_handler.id(node), i);
        }
        vm.warp(_handler.clock() + 1_461 days);
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            for (uint256 i = 0; i < _handler.PLACES(); ++i) _collect(_handler.id(node), i);
            require(_vault.stakeOf(_handler.id(node)) == 0, "dust stays in a node");
            require(_vault.stakeDataOf(_handler.id(node)).totalShares == 0, "shares stay");
        }
        require(_vault.totalStaked() == 0 && _token.balanceOf(address(_vault)) == _handler.donated(), "stranded");
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) {
            address reporter = _handler.account(i);
            vm.prank(reporter);
            _slasher.withdraw();
        }
        require(_token.balanceOf(address(_slasher)) == 0, "rewards stranded");
    }

    /// @dev Positions are worth at most the stake, stakes are the total, and the balance is that and donations.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_STK_1() public view {
        uint256 total = 0;
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            NodeId id = _handler.id(node);
            uint256 sum = 0;
            uint256 count = 0;
            for (uint256 i = 0; i < _handler.PLACES(); ++i) {
                sum += _vault.amountOf(id, i);
                bool exists = _vault.positionOf(id, i).owner != address(0);
                require(exists == (_vault.stakeDataOf(id).places & (1 << i) != 0), "INV-STK-1: places");
                if (exists) ++count;
            }
            uint256 tokens = _vault.stakeOf(id);
            require(tokens == _handler.tokensOf(node), "INV-STK-1: stake");
            require(sum <= tokens && tokens - sum <= count, "INV-STK-1: positions");
            total += tokens;
        }
        require(_vault.totalStaked() == total, "INV-STK-1: total");
        require(_token.balanceOf(address(_vault)) == total + _handler.donated(), "INV-STK-1: balance");
    }

    /// @dev The cumulative slash is the sum of all slashes: it never falls, whatever else happens.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_STK_2() public view {
        for (uint256 node = 0; node <= _handler.NODES(); ++node) {
            require(_vault.stakeDataOf(_handler.id(node)).slashed == _handler.slashedOf(node), "INV-STK-2");
        }
    }

    /// @dev What is held is what modules hold; the handler tries to take it out whenever something is mature.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_STK_3() public view {
        for (uint256 node = 0; node <= _handler.NODES(); ++node) {
            NodeId id = _handler.id(node);
            uint256 held = _vault.stakeDataOf(id).held;
            require(held == _handler.heldOf(node), "INV-STK-3: held");
            require(held <= _vault.stakeOf(id) + _handler.slashedOf(node), "INV-STK-3: left without a slash");
        }
    }

    /// @dev What was slashed was burned, went to the treasury, or is owed or paid to reporters.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_STK_4() public view {
        uint256 owed = 0;
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) owed += _slasher.owedTo(_handler.account(i));
        require(owed + _handler.rewardsPaid() == _handler.rewarded(), "INV-STK-4: owed");
        require(_token.balanceOf(address(_slasher)) == owed, "INV-STK-4: balance");
        require(
            _token.balanceOf(_handler.TREASURY()) == _handler.toTreasury() + _handler.fees(),
            "INV-STK-4: treasury"
        );
        require(_token.totalSupply() == _token.INITIAL_SUPPLY() - _handler.burned(), "INV-STK-4: burned");
        require(
            _handler.burned() + _handler.toTreasury() + _handler.rewarded() == _handler.punished(),
            "INV-STK-4: split"
        );
    }

    /// @dev The handler checks each slash against exactly 30 days; buckets count no less, and every verdict was recorded.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_STK_5() public {
        vm.warp(_handler.clock());
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            NodeId id = _handler.id(node);
            require(_slasher.recentlySlashed(id) >= _handler.slashedInMonth(node), "INV-STK-5: forgotten");
            require(_slasher.slashable(id) <= _vault.stakeOf(id), "INV-STK-5: more than there is");
            require(_handler.reputation().offencesOf(id) == _handler.offencesOf(node), "INV-STK-5: not recorded");
        }
    }

    /// @dev A boost is one or within [1.1, 3], and what the positions that stay now justify; so is what the scheduler believes.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_BST_1() public view {
        for (uint256 node = 1; node <= _handler.NODES(); ++node) {
            NodeId id = _handler.id(node);
            uint256 boost = _vault.boostOf(id);
            require(boost == 1e18 || (boost >= 1.1e18 && boost <= 3e18), "INV-BST-1: range");
            (uint256 amount, uint256 period) = _staying(id);
            // Each position is rounded down, so their sum is at most 8 wei below what stays.
            require(boost <= BoostMath.boostDown(amount + 8, period), "INV-BST-1: not justified");
            require(boost >= BoostMath.boostDown(amount, period), "INV-BST-1: withheld");
            require(_vault.boostAt(id, _handler.clock() + 3_000 days) == boost, "INV-BST-1: changes by itself");
            require(_handler.scheduler().boostOf(id) <= boost / 1e14, "INV-BST-1: the scheduler believes more");
        }
    }

    /// @dev Amount that stays, and its average period, from the positions alone.
    function _staying(NodeId id) private view returns (uint256 amount, uint256 period) {
        (uint256 shares, uint256 committed) = (0, 0);
        for (uint256 i = 0; i < _handler.PLACES(); ++i) {
            Position memory position = _vault.positionOf(id, i);
            if (position.maturesAt != 0) continue;
            amount += _vault.amountOf(id, i);
            shares += position.shares;
            committed += uint256(position.shares) * position.period;
        }
        period = shares == 0 ? 0 : committed / shares;
    }

    function _leave(NodeId id, uint256 place) private {
        Position memory position = _vault.positionOf(id, place);
        if (position.owner == address(0) || position.maturesAt != 0) return;
        vm.prank(position.owner);
        _vault.startLeaving(id, place);
    }

    function _collect(NodeId id, uint256 place) private {
        address owner = _vault.positionOf(id, place).owner;
        if (owner == address(0)) return;
        vm.prank(owner);
        _vault.withdraw(id, place);
    }
}
