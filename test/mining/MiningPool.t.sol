// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EmissionSchedule} from "../../contracts/mining/EmissionSchedule.sol";
import {MiningPool} from "../../contracts/mining/MiningPool.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {Handler} from "../support/Handler.sol";
import {VotesWorld} from "../support/VotesWorld.sol";
import {vm} from "../support/Vm.sol";

/// @dev Drives a pool and its token with the worst possible distributor: this contract, which takes what it can get.
contract MiningPoolHandler is Handler, VotesWorld {
    error MiningPoolHandlerBudgetMoved(uint256 epoch, uint256 before, uint256 afterwards);
    error MiningPoolHandlerRunningBudgetRaised(uint256 epoch, uint256 before, uint256 afterwards);

    /// @dev Epochs ahead whose budgets are watched.
    uint256 private constant AHEAD = 3;

    /// @dev Key of a plain holder.
    uint256 private constant OWNER_KEY = 0x0e4e4;

    MiningPool public immutable pool;
    CorexToken public immutable token;

    // Ghosts.
    uint256 public burned;
    uint256 public released;
    uint256 public replenished;
    uint256 public releases;
    /// @dev What the pool would begin the running epoch with, had every epoch before released its whole budget.
    uint256 public curve = 100_000_000e18;
    uint256 public curveEpoch;
    mapping(uint256 epoch => uint256 amount) public replenishedIn;
    /// @dev Replenished strictly before the epoch.
    mapping(uint256 epoch => uint256 amount) public replenishedBefore;
    mapping(uint256 epoch => uint256 amount) public releasedIn;
    /// @dev Budget of an epoch when it was released, computed from the ghosts alone.
    mapping(uint256 epoch => uint256 amount) public exactBudgetAt;

    constructor() {
        pool = new MiningPool(address(this), votes);
        token = pool.token();
        sealVotes(token, address(0), address(pool));
    }

    /// @dev No budget changes but through `release` and `replenish`.
    modifier keepsBudgets() {
        vm.warp(clock);
        uint256 running = pool.currentEpoch();
        uint256[AHEAD + 1] memory before = _budgets(running);
        _;
        uint256[AHEAD + 1] memory afterwards = _budgets(running);
        for (uint256 i = 0; i <= AHEAD; ++i) {
            require(before[i] == afterwards[i], MiningPoolHandlerBudgetMoved(running + i, before[i], afterwards[i]));
        }
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, 5 days);
        vm.warp(clock);
        for (uint256 running = pool.currentEpoch(); curveEpoch < running; ++curveEpoch) {
            curve = curve - _budget(curve) + replenishedIn[curveEpoch];
            replenishedBefore[curveEpoch + 1] = replenishedBefore[curveEpoch] + replenishedIn[curveEpoch];
        }
    }

    function releaseAll(uint256 epochSeed) external onTime {
        uint256 running = pool.currentEpoch();
        uint256 next = pool.nextEpoch();
        if (next >= running) return mustFail(address(this), address(pool), abi.encodeCall(pool.release, (running, 1)));
        uint256 epoch = bound(epochSeed, next, running - 1);
        _release(epoch, _exactBudget(epoch));
    }

    function releaseSome(uint256 epochSeed, uint256 amountSeed) external onTime {
        uint256 running = pool.currentEpoch();
        uint256 next = pool.nextEpoch();
        if (next >= running) return mustFail(address(this), address(pool), abi.encodeCall(pool.release, (running, 1)));
        uint256 epoch = bound(epochSeed, next, running - 1);
        _release(epoch, bound(amountSeed, 1, _exactBudget(epoch)));
    }

    function releaseTooMuch(uint256 epochSeed, uint256 excess) external keepsBudgets {
        uint256 running = pool.currentEpoch();
        uint256 epoch = bound(epochSeed, 0, running + 2);
        uint256 budget = epoch < pool.nextEpoch() || epoch >= running ? 0 : _exactBudget(epoch);
        mustFail(address(this), address(pool), abi.encodeCall(pool.release, (epoch, budget + bound(excess, 1, 1e30))));
    }

    function releaseAsStranger(address stranger, uint256 epoch, uint256 amount) external keepsBudgets {
        if (stranger == address(this)) return;
        mustFail(stranger, address(pool), abi.encodeCall(pool.release, (epoch, amount)));
    }

    function replenish(uint256 amountSeed) external onTime {
        uint256 balance = token.balanceOf(address(this));
        if (balance == 0) return mustFail(address(this), address(pool), abi.encodeCall(pool.replenish, (1)));
        uint256 amount = bound(amountSeed, 1, balance);
        uint256 running = pool.currentEpoch();
        uint256 before = pool.budgetOf(running);
        token.approve(address(pool), amount);
        pool.replenish(amount);
        replenished += amount;
        replenishedIn[running] += amount;
        uint256 afterwards = pool.budgetOf(running);
        require(before == afterwards, MiningPoolHandlerRunningBudgetRaised(running, before, afterwards));
    }

    function donate(uint256 amountSeed) external keepsBudgets {
        uint256 balance = token.balanceOf(address(this));
        token.transfer(address(pool), bound(amountSeed, 0, balance));
    }

    function burn(uint256 amountSeed) external keepsBudgets {
        uint256 amount = bound(amountSeed, 0, token.balanceOf(address(this)));
        token.burn(amount);
        burned += amount;
    }

    /// @dev Everything a holder can do through an allowance, given by `approve` or by a signature.
    function useAllowance(uint256 amountSeed, bool burns, bool signs) external keepsBudgets {
        uint256 amount = bound(amountSeed, 0, token.balanceOf(address(this)));
        address owner = vm.addr(OWNER_KEY);
        token.transfer(owner, amount);
        if (signs) {
            _permit(owner, amount);
        } else {
            vm.prank(owner);
            token.approve(address(this), amount);
        }
        if (burns) {
            token.burnFrom(owner, amount);
            burned += amount;
        } else {
            token.transferFrom(owner, address(this), amount);
        }
    }

    function takeFromPool(address stranger, uint256 amountSeed) external keepsBudgets {
        if (stranger == address(pool)) return;
        uint256 amount = bound(amountSeed, 1, 100_000_000e18);
        mustFail(stranger, address(token), abi.encodeCall(token.transferFrom, (address(pool), stranger, amount)));
        mustFail(stranger, address(token), abi.encodeCall(token.burnFrom, (address(pool), amount)));
    }

    function mint(address stranger, uint256 amount) external keepsBudgets {
        mustFail(stranger, address(token), abi.encodeWithSignature("mint(address,uint256)", stranger, amount));
        mustFail(stranger, address(token), abi.encodeWithSignature("mint(uint256)", amount));
    }

    /// @dev INV-MIN-2: what the pool may hold at least, whatever the distributor did.
    function floor() external view returns (uint256) {
        return curve + replenishedIn[curveEpoch];
    }

    function _permit(address owner, uint256 amount) private {
        bytes32 typeHash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 structHash = keccak256(abi.encode(typeHash, owner, address(this), amount, token.nonces(owner), clock));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, digest);
        token.permit(owner, address(this), amount, clock, v, r, s);
        // Once only.
        mustFail(
            address(this),
            address(token),
            abi.encodeCall(token.permit, (owner, address(this), amount, clock, v, r, s))
        );
    }

    function _release(uint256 epoch, uint256 amount) private {
        if (amount == 0) return mustFail(address(this), address(pool), abi.encodeCall(pool.release, (epoch, 0)));
        uint256 running = pool.currentEpoch();
        uint256[AHEAD + 1] memory before = _budgets(running);
        exactBudgetAt[epoch] = _exactBudget(epoch);
        pool.release(epoch, amount);
        released += amount;
        releasedIn[epoch] += amount;
        ++releases;
        uint256[AHEAD + 1] memory afterwards = _budgets(running);
        for (uint256 i = 0; i <= AHEAD; ++i) {
            require(afterwards[i] <= before[i], MiningPoolHandlerBudgetMoved(running + i, before[i], afterwards[i]));
        }
    }

    /// @dev Budget of `epoch` by definition, from the ghosts.
    function _exactBudget(uint256 epoch) private view returns (uint256) {
        return _budget(100_000_000e18 + replenishedBefore[epoch] - released);
    }

    function _budget(uint256 remaining) private pure returns (uint256) {
        return (remaining * 474_320_862_749_585) / 1e18;
    }

    function _budgets(uint256 from) private view returns (uint256[AHEAD + 1] memory budgets) {
        for (uint256 i = 0; i <= AHEAD; ++i) budgets[i] = pool.budgetOf(from + i);
    }
}

contract MiningPoolInvariants {
    MiningPoolHandler private _handler;

    function setUp() public {
        _handler = new MiningPoolHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev The supply is what was minted at genesis minus what was burned.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_TOK_1() public view {
        require(_handler.token().totalSupply() == 100_000_000e18 - _handler.burned(), "INV-TOK-1");
    }

    /// @dev Nobody minted: all CXT is with the pool, the distributor, and nobody else the handler knows.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_TOK_2() public view {
        CorexToken token = _handler.token();
        uint256 known = token.balanceOf(address(_handler.pool())) + token.balanceOf(address(_handler));
        require(known == token.totalSupply() && known <= 100_000_000e18, "INV-TOK-2");
    }

    /// @dev No epoch released more than its budget, nor before it was over; the ledger shows every release. Each check
    /// reads the latest epochs and one of all; the sum covers the rest.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MIN_1() public view {
        MiningPool pool = _handler.pool();
        uint256 running = _handler.curveEpoch();
        for (uint256 epoch = running < 6 ? 0 : running - 6; epoch < running; ++epoch) _checkRelease(pool, epoch);
        if (running > 0) _checkRelease(pool, uint256(keccak256(abi.encode(_handler.clock()))) % running);
        require(pool.releasedIn(running) == 0, "released early");
        require(pool.remaining() == 100_000_000e18 + _handler.replenished() - _handler.released(), "ledger");
        require(_handler.token().balanceOf(address(pool)) >= pool.remaining(), "pool insolvent");
    }

    /// @dev Never below the curve of full release with the same replenishments.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MIN_2() public view {
        require(_handler.pool().remaining() >= _handler.floor(), "INV-MIN-2");
    }

    /// @dev Idle epochs add nothing: budgets are RATE of what remains, now and next.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MIN_3() public view {
        MiningPool pool = _handler.pool();
        uint256 running = _handler.curveEpoch();
        uint256 remaining = pool.remaining();
        require(pool.budgetOf(running + 1) == EmissionSchedule.budgetDown(remaining), "INV-MIN-3: next");
        require(
            pool.budgetOf(running) == EmissionSchedule.budgetDown(remaining - _handler.replenishedIn(running)),
            "INV-MIN-3: running"
        );
    }

    /// @dev No call moved a budget but a release and a replenishment, and none raised the running one: the handler
    /// compares budgets around every call, and reverts this campaign when one moved.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_MIN_4() public view {
        MiningPool pool = _handler.pool();
        uint256 running = _handler.curveEpoch();
        require(pool.budgetOf(running) <= pool.budgetOf(running + 1), "INV-MIN-4");
        require(pool.budgetOf(running + 1) == pool.budgetOf(running + 9), "INV-MIN-4: future");
    }

    function _checkRelease(MiningPool pool, uint256 epoch) private view {
        uint256 amount = pool.releasedIn(epoch);
        require(amount == _handler.releasedIn(epoch), "releasedIn");
        require(amount <= _handler.exactBudgetAt(epoch), "INV-MIN-1");
    }
}
