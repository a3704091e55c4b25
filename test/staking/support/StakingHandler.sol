// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {Verdict} from "../../../contracts/staking/ISlasher.sol";
import {Position} from "../../../contracts/staking/IStakeVault.sol";
import {SlashingRules} from "../../../contracts/staking/SlashingRules.sol";
import {StakePool} from "../../../contracts/staking/StakePool.sol";
import {Offence} from "../../../contracts/types/Offence.sol";
import {vm} from "../../support/Vm.sol";
import {StakingWorld} from "./StakingWorld.sol";

/// @dev Every external function of vault and slasher, in any order and at any time, with plain sums beside them.
abstract contract StakingHandler is StakingWorld {
    struct Slashing {
        uint256 timestamp;
        uint256 amount;
    }

    // Ghosts: what came and went, by node; what the slasher took, and when; donations; what rewards were paid.
    mapping(uint256 node => uint256 amount) public tokensOf;
    mapping(uint256 node => uint256 amount) public heldOf;
    mapping(uint256 node => uint256 amount) public slashedOf;
    mapping(uint256 node => uint256 count) public offencesOf;
    mapping(uint256 node => Slashing[] slashings) private _slashings;
    uint256 public donated;
    uint256 public fees;
    uint256 public burned;
    uint256 public toTreasury;
    uint256 public rewarded;
    uint256 public rewardsPaid;
    uint256 public punished;

    error Violated(string what);

    function warp(uint256 secondsAhead) external onTime {
        clock += secondsAhead % 4 == 0 ? bound(secondsAhead, 1, 1_500 days) : bound(secondsAhead, 1, 20 days);
        vm.warp(clock);
    }

    function approveStaker(uint256 who, uint256 whom, bool approved) external onTime {
        (uint256 index, address staker) = (bound(who, 0, ACCOUNTS - 1), account(bound(whom, 0, ACCOUNTS - 1)));
        if (index >= NODES) {
            bytes memory call = abi.encodeCall(vault.approveStaker, (staker, approved));
            return mustFail(account(index), address(vault), call);
        }
        vm.prank(account(index));
        vault.approveStaker(staker, approved);
        _approved[index + 1][staker] = approved;
        require(
            vault.isApproved(id(index + 1), staker) == (approved || staker == account(index)),
            Violated("approved")
        );
    }

    function stake(uint256 who, uint256 nodeSeed, uint256 amount, uint256 period) external onTime {
        _stake(bound(who, 0, ACCOUNTS - 1), bound(nodeSeed, 1, NODES), amount, period, false);
    }

    function stakeWithPermit(uint256 who, uint256 nodeSeed, uint256 amount, uint256 period) external onTime {
        _stake(bound(who, 0, ACCOUNTS - 1), bound(nodeSeed, 0, NODES + 1), amount, period, true);
    }

    /// @dev The operator's own, so that there is stake in most runs.
    function stakeOwn(uint256 nodeSeed, uint256 amount, uint256 period) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        _stake(node - 1, node, bound(amount, 1_000e18, 150_000e18), bound(period, 14 days, 1_461 days), false);
    }

    function topUp(uint256 nodeSeed, uint256 placeSeed, uint256 amount) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        amount = bound(amount, 0, amount % 2 == 0 ? 1e6 : 50_000e18);
        bytes memory call = abi.encodeCall(vault.topUp, (id(node), place, amount));
        bool succeeds =
            position.owner != address(0) &&
                position.maturesAt == 0 &&
                amount != 0 &&
                isWelcome(node, owner) &&
                _takesStake(node) &&
                token.balanceOf(owner) >= amount;
        mustFail(address(this), address(vault), call);
        if (!succeeds) return mustFail(owner, address(vault), call);
        vm.prank(owner);
        vault.topUp(id(node), place, amount);
        tokensOf[node] += amount;
    }

    function raiseCommitment(uint256 nodeSeed, uint256 placeSeed, uint256 period) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        period = bound(period, 0, 1_500 days);
        bytes memory call = abi.encodeCall(vault.raiseCommitment, (id(node), place, uint32(period)));
        bool succeeds =
            position.owner != address(0) && position.maturesAt == 0 && period > position.period && period <= 1_461 days;
        mustFail(address(this), address(vault), call);
        if (!succeeds) return mustFail(owner, address(vault), call);
        vm.prank(owner);
        vault.raiseCommitment(id(node), place, uint32(period));
    }

    function startLeaving(uint256 nodeSeed, uint256 placeSeed) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        bytes memory call = abi.encodeCall(vault.startLeaving, (id(node), place));
        mustFail(address(this), address(vault), call);
        if (position.owner == address(0) || position.maturesAt != 0) return mustFail(owner, address(vault), call);
        uint256 boost = vault.boostOf(id(node));
        vm.prank(owner);
        vault.startLeaving(id(node), place);
        require(vault.positionOf(id(node), place).maturesAt == clock + position.period, Violated("period"));
        // Other positions may be committed for longer on average; with nothing else, the boost is gone at once.
        if (vault.stayingStakeOf(id(node)) == 0) require(vault.boostOf(id(node)) == 1e18, Violated("INV-BST-1: gone"));
        require(boost >= 1e18, Violated("INV-BST-1: below one"));
    }

    function cancelLeaving(uint256 nodeSeed, uint256 placeSeed) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        bytes memory call = abi.encodeCall(vault.cancelLeaving, (id(node), place));
        mustFail(address(this), address(vault), call);
        if (position.maturesAt == 0 || !isWelcome(node, owner)) return mustFail(owner, address(vault), call);
        vm.prank(owner);
        vault.cancelLeaving(id(node), place);
    }

    function expedite(uint256 nodeSeed, uint256 placeSeed) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        bytes memory call = abi.encodeCall(vault.expedite, (id(node), place));
        mustFail(address(this), address(vault), call);
        if (position.maturesAt <= clock + 14 days || heldOf[node] != 0) return mustFail(owner, address(vault), call);
        uint256 amount = vault.amountOf(id(node), place);
        uint256 shortened = position.maturesAt - clock - 14 days;
        uint256 fee = (amount * shortened + 5 * 1_461 days - 1) / (5 * 1_461 days);
        vm.prank(owner);
        vault.expedite(id(node), place);
        tokensOf[node] -= fee;
        fees += fee;
        require(vault.positionOf(id(node), place).maturesAt == clock + 14 days, Violated("expedited"));
    }

    /// @dev Held stake cannot leave: INV-STK-3.
    function withdraw(uint256 nodeSeed, uint256 placeSeed) external onTime {
        (uint256 node, uint256 place) = pick(nodeSeed, placeSeed);
        (Position memory position, address owner) = (vault.positionOf(id(node), place), ownerOf(node, place));
        bytes memory call = abi.encodeCall(vault.withdraw, (id(node), place));
        mustFail(address(this), address(vault), call);
        uint256 worth = vault.amountOf(id(node), place);
        if (position.maturesAt == 0 || clock < position.maturesAt || tokensOf[node] - worth < heldOf[node]) {
            return mustFail(owner, address(vault), call);
        }
        uint256 before = token.balanceOf(owner);
        vm.prank(owner);
        uint256 amount = vault.withdraw(id(node), place);
        require(amount == worth && token.balanceOf(owner) == before + worth, Violated("paid"));
        require(vault.positionOf(id(node), place).owner == address(0), Violated("place is not free"));
        tokensOf[node] -= amount;
    }

    function hold(uint256 nodeSeed, uint256 amount) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES);
        amount = amount % 8 == 0 ? amount : bound(amount, 0, tokensOf[node] / 4 + 1);
        bool free = tokensOf[node] >= heldOf[node] && amount <= tokensOf[node] - heldOf[node];
        mustFail(account(0), address(vault), abi.encodeCall(vault.hold, (id(node), amount)));
        require(vault.hold(id(node), amount) == (free || amount == 0), Violated("held"));
        if (free) heldOf[node] += amount;
    }

    function unhold(uint256 nodeSeed, uint256 amount) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES);
        mustFail(address(this), address(vault), abi.encodeCall(vault.unhold, (id(node), heldOf[node] + 1)));
        amount = amount % 2 == 0 ? heldOf[node] : bound(amount, 0, heldOf[node]);
        mustFail(account(0), address(vault), abi.encodeCall(vault.unhold, (id(node), amount)));
        vault.unhold(id(node), amount);
        heldOf[node] -= amount;
    }

    /// @dev As no slasher of the suite does: any amount at any time, at times everything.
    function slash(uint256 nodeSeed, uint256 amount) external onTime {
        uint256 node = bound(nodeSeed, 0, NODES);
        amount = amount % 16 == 0 ? amount : bound(amount, 0, tokensOf[node] / 8 + 1);
        mustFail(account(0), address(vault), abi.encodeCall(vault.slash, (id(node), amount)));
        uint256 slashed = vault.slash(id(node), amount);
        require(slashed == (amount < tokensOf[node] ? amount : tokensOf[node]), Violated("INV-STK-2"));
        tokensOf[node] -= slashed;
        slashedOf[node] += slashed;
    }

    function punish(uint256 nodeSeed, uint256 offenceSeed, uint256 base, uint256 bond, uint256 who) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        Verdict memory verdict = Verdict({
            node: id(node),
            offence: Offence(bound(offenceSeed, 0, 7)),
            base: base % 4 == 0 ? base : tokensOf[node],
            reporter: who % 3 == 0 ? address(0) : account(bound(who, 0, ACCOUNTS - 1)),
            reporterBond: bond % 2 == 0 ? bond : bound(bond, 0, 100e18)
        });
        bytes memory call = abi.encodeCall(slasher.punish, (verdict));
        mustFail(account(0), address(slasher), call);
        if (verdict.offence == Offence.None) return mustFail(address(this), address(slasher), call);
        uint256 slashed = slasher.punish(verdict);
        _requireCapped(node, verdict.offence, slashed);
        _requireCost(node, verdict, slashed);
        _book(node, verdict, slashed);
    }

    function withdrawRewards(uint256 who) external onTime {
        address reporter = account(bound(who, 0, ACCOUNTS - 1));
        (uint256 owed, uint256 before) = (slasher.owedTo(reporter), token.balanceOf(reporter));
        vm.prank(reporter);
        require(slasher.withdraw() == owed, Violated("reward"));
        require(token.balanceOf(reporter) == before + owed && slasher.owedTo(reporter) == 0, Violated("reward paid"));
        rewardsPaid += owed;
    }

    function donate(uint256 amount) external onTime {
        amount = bound(amount, 0, 1e18);
        token.transfer(address(vault), amount);
        donated += amount;
    }

    function close(uint256 nodeSeed, uint256 chance) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        if (!isOpen(node)) return;
        if (chance % 16 == 0) {
            vm.prank(account(node - 1));
            registry.exit();
        } else if (chance % 16 == 1) {
            registry.remove(id(node));
        } else if (registry.get(id(node)).status == NodeStatus.Suspended) {
            registry.reinstate(id(node));
        } else {
            registry.suspend(id(node));
        }
    }

    /// @dev CXT wei that the slasher took from `node` in the 30 days before now.
    function slashedInMonth(uint256 node) public view returns (uint256 amount) {
        Slashing[] storage slashings = _slashings[node];
        for (uint256 i = slashings.length; i > 0 && slashings[i - 1].timestamp + 30 days >= clock; --i) {
            amount += slashings[i - 1].amount;
        }
    }

    function _stake(uint256 index, uint256 node, uint256 amount, uint256 period, bool permits) private {
        amount = amount % 16 == 0 ? bound(amount, 0, 1_000e18) : bound(amount, 1_000e18, 150_000e18);
        period = period % 16 == 0 ? bound(period, 0, 1_500 days) : bound(period, 14 days, 1_461 days);
        (address staker, uint256 place) = (account(index), freePlace(node));
        bytes memory call =
            permits
                ? _permitCall(index, node, amount, period)
                : abi.encodeCall(vault.stake, (id(node), amount, uint32(period)));
        bool bounded = amount >= 1_000e18 && period >= 14 days && period <= 1_461 days;
        bool succeeds = isWelcome(node, staker) && bounded && place < PLACES && _takesStake(node);
        mustFail(address(this), address(vault), call);
        if (!succeeds || token.balanceOf(staker) < amount) return mustFail(staker, address(vault), call);
        vm.prank(staker);
        (, bytes memory result) = address(vault).call(call);
        require(abi.decode(result, (uint256)) == place, Violated("place"));
        require(vault.positionOf(id(node), place).owner == staker, Violated("owner"));
        tokensOf[node] += amount;
        // A permit set the allowance to `amount`, which was used.
        vm.prank(staker);
        token.approve(address(vault), type(uint256).max);
    }

    function _permitCall(
        uint256 index,
        uint256 node,
        uint256 amount,
        uint256 period
    ) private view returns (bytes memory) {
        (uint256 deadline, uint8 v, bytes32 r, bytes32 s) = permitOf(index, amount);
        return abi.encodeCall(vault.stakeWithPermit, (id(node), amount, uint32(period), deadline, v, r, s));
    }

    /// @dev INV-STK-5, with exactly 30 days instead of buckets.
    function _requireCapped(uint256 node, Offence offence, uint256 slashed) private view {
        bool uncapped = offence == Offence.FakeBenchmark || registry.get(id(node)).status == NodeStatus.Removed;
        if (uncapped || slashed == 0) return;
        uint256 recent = slashedInMonth(node);
        require(2 * (slashed + recent) <= tokensOf[node] + recent, Violated("INV-STK-5"));
    }

    /// @dev Never more than the fraction of the base, nor than there was.
    function _requireCost(uint256 node, Verdict memory verdict, uint256 slashed) private view {
        require(slashed <= SlashingRules.slashUp(verdict.offence, verdict.base), Violated("fraction"));
        require(slashed <= tokensOf[node], Violated("INV-STK-2: more than there was"));
    }

    function _book(uint256 node, Verdict memory verdict, uint256 slashed) private {
        (uint256 fire, uint256 treasury, uint256 reward) = SlashingRules.split(
            slashed,
            verdict.reporter != address(0),
            verdict.reporterBond
        );
        tokensOf[node] -= slashed;
        slashedOf[node] += slashed;
        punished += slashed;
        burned += fire;
        toTreasury += treasury;
        rewarded += reward;
        _slashings[node].push(Slashing({timestamp: clock, amount: slashed}));
        ++offencesOf[node];
    }

    function _takesStake(uint256 node) private view returns (bool) {
        uint256 shares = vault.stakeDataOf(id(node)).totalShares;
        return shares <= tokensOf[node] * StakePool.MAX_SHARES_PER_WEI;
    }
}
