// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {IVotingUnits} from "../votes/IVotingUnits.sol";
import {EmissionSchedule} from "./EmissionSchedule.sol";
import {IMiningPool} from "./IMiningPool.sol";

/// @title MiningPool
/// @dev ACCOUNTING
/// - remaining(e), the CXT an epoch e begins with, is the supply, plus all replenishment strictly before e, minus all
///   releases for epochs before e. Releases go in epoch order, so the last term is simply "released so far".
/// - The ledger counts what came in through `replenish` and went out through `release`. Direct transfers to the pool are
///   on its balance but not on its ledger: they are out of reach for ever, like a burn, and change nothing here.
/// @dev INVARIANTS
/// - INV-MIN-1: releasedIn(e) <= budget(e) = remaining(e) * RATE for every epoch e.
/// - INV-MIN-2: the sum of releases never exceeds what the curve over supply and replenishment allows at that time.
/// - INV-MIN-3: an idle epoch makes no later epoch richer than RATE * remaining: what is not released stays in remaining.
/// - INV-MIN-4: nothing changes the budget of a future epoch but a release (less) and a replenishment (more, from the
///   next epoch on). The budget of the running epoch cannot be raised by anyone.
/// - remaining() <= token.balanceOf(this).
/// @dev ROUNDING
/// - Budgets are rounded down; the dust stays in remaining.
/// @dev TRUST
/// - None. No owner, no role, no pause, no upgrade, no delegate call; the distributor is fixed at construction, and all it
///   can do is to take at most a budget for an epoch that is over, once. A faulty distributor can waste a day, not more.
/// @dev LIVENESS
/// - Needs nobody: an epoch that is never released is passed over, its budget stays in remaining.
contract MiningPool is IMiningPool {
    using Checkpoints for Checkpoints.Trace208;

    /// @inheritdoc IMiningPool
    CorexToken public immutable token;

    /// @inheritdoc IMiningPool
    address public immutable distributor;

    /// @inheritdoc IMiningPool
    uint256 public immutable genesis;

    /// @dev CXT wei on the ledger at construction: the whole supply.
    uint256 private immutable _supply;

    /// @dev Everything ever replenished, by the epoch in which it arrived.
    Checkpoints.Trace208 private _replenished;

    /// @dev Everything ever released. Slot: 208 + 48 bits.
    uint208 private _released;
    uint48 private _nextEpoch;

    mapping(uint256 epoch => uint256 amount) private _releasedIn;

    /// @param initialDistributor The only address that ever receives a release.
    /// @param votes Ledger that the token tells of every transfer.
    constructor(address initialDistributor, IVotingUnits votes) {
        distributor = initialDistributor;
        genesis = block.timestamp;
        token = new CorexToken(address(this), votes);
        _supply = token.INITIAL_SUPPLY();
    }

    /// @inheritdoc IMiningPool
    function release(uint256 epoch, uint256 amount) external {
        // Check: the distributor, for a finished epoch that was not passed yet, within its budget.
        require(msg.sender == distributor, MiningPoolOnlyDistributor(msg.sender));
        require(amount > 0, MiningPoolZeroAmount());
        uint256 running = currentEpoch();
        require(epoch < running, MiningPoolEpochNotOver(epoch, running));
        require(epoch >= _nextEpoch, MiningPoolEpochAlreadyReleased(epoch, _nextEpoch));
        uint256 budget = budgetOf(epoch);
        require(amount <= budget, MiningPoolBudgetExceeded(epoch, amount, budget));

        // Effect: the ledger. Casts are safe: amount <= budget < 2^208, and an epoch is a number of days.
        _released += uint208(amount);
        _nextEpoch = uint48(epoch + 1);
        _releasedIn[epoch] = amount;

        emit Released(epoch, amount, budget, remaining());

        // Interaction: the token reverts when it cannot transfer, and calls nobody.
        token.transfer(distributor, amount);
    }

    /// @inheritdoc IMiningPool
    function replenish(uint256 amount) external {
        // Check: something is given.
        require(amount > 0, MiningPoolZeroAmount());

        // Interaction: first, so that the ledger counts only what arrived; the token calls nobody.
        token.transferFrom(msg.sender, address(this), amount);

        // Effect: counts from the next epoch on. Cast is safe: the token moved `amount`, so it is at most the supply; the
        // cumulative sum stays below 2^208 for 2^121 replenishments of the whole supply.
        uint256 running = currentEpoch();
        _replenished.push(uint48(running), _replenished.latest() + uint208(amount));

        emit Replenished(msg.sender, amount, running + 1, remaining());
    }

    /// @inheritdoc IMiningPool
    function nextEpoch() external view returns (uint256) {
        return _nextEpoch;
    }

    /// @inheritdoc IMiningPool
    function releasedIn(uint256 epoch) external view returns (uint256) {
        return _releasedIn[epoch];
    }

    /// @inheritdoc IMiningPool
    function currentEpoch() public view returns (uint256) {
        return EmissionSchedule.epochAt(genesis, block.timestamp);
    }

    /// @inheritdoc IMiningPool
    function remaining() public view returns (uint256) {
        return _supply + _replenished.latest() - _released;
    }

    /// @inheritdoc IMiningPool
    function budgetOf(uint256 epoch) public view returns (uint256) {
        if (epoch < _nextEpoch) return 0;
        return EmissionSchedule.budgetDown(_supply + _replenishedBefore(epoch) - _released);
    }

    /// @dev Returns what was replenished strictly before `epoch`. Beyond 2^48 epochs every replenishment is before.
    function _replenishedBefore(uint256 epoch) private view returns (uint256) {
        if (epoch == 0) return 0;
        uint48 last = epoch > type(uint48).max ? type(uint48).max : uint48(epoch - 1);
        return _replenished.upperLookupRecent(last);
    }
}
