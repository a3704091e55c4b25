// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS} from "../types/Units.sol";
import {Budget, ITreasury} from "./ITreasury.sol";

/// @title Treasury
/// @dev INVARIANTS
/// - INV-TRE-1: the sum of what is promised of an asset <= what is held of it.
/// - INV-TRE-2: within any 30 days a budget pays at most its limit of an asset, and the committee at most its share of that.
/// - INV-TRE-3: within any 365 days a budget pays at most its immutable share of what was free and spent in them.
/// @dev ACCOUNTING
/// - The ceiling of a budget is a share of free + spent by all budgets in the 365 days before. A payment moves from one to the other, so the
///   order of payments does not matter; what never was here, or was not paid from a budget, counts nothing.
/// @dev ROUNDING
/// - Limits and ceilings down.
/// @dev TRUST
/// - The DAO chooses limits and, below limits and ceilings, whom to pay. The committee pays within its share of one limit. The modules of the
///   authority table draw to themselves within their budgets.
/// - An asset is a contract that the DAO chose to hold: one that lies about balances harms nobody but those who take it.
/// @dev LIVENESS
/// - Recipients withdraw by themselves: one that cannot receive blocks nobody.
contract Treasury is ITreasury, AccessManaged {
    using RateLimiter for RateLimiter.SlidingWindow;
    using SafeERC20 for IERC20;

    /// @notice Stands for the native coin in place of an ERC-20.
    address public constant NATIVE = address(0);

    /// @notice Window of the limits.
    uint48 public constant LIMIT_WINDOW = 30 days;

    /// @notice Window of the ceilings.
    uint48 public constant CEILING_WINDOW = 365 days;

    /// @dev Limiters here are one an asset and budget, so their keys are not needed.
    bytes32 private constant KEY = 0;

    /// @inheritdoc ITreasury
    uint256 public committeeShareBps = BPS;

    mapping(address asset => uint256 amount) private _promised;
    mapping(address asset => mapping(address to => uint256 amount)) private _owed;

    /// @dev Within 30 days: what each budget pays, and what the committee does.
    mapping(Budget budget => mapping(address asset => RateLimiter.SlidingWindow window)) private _limits;
    mapping(address asset => RateLimiter.SlidingWindow window) private _committee;

    /// @dev Within 365 days: what each budget and what all of them paid. Without limit: only counted.
    mapping(Budget budget => mapping(address asset => RateLimiter.SlidingWindow window)) private _spentBy;
    mapping(address asset => RateLimiter.SlidingWindow window) private _spent;

    constructor(address initialAuthority) AccessManaged(initialAuthority) {}

    /// @notice Takes native coin.
    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    /// @inheritdoc ITreasury
    function allot(Budget budget, address asset, address to, uint256 amount) external restricted {
        _allot(budget, asset, to, amount);
    }

    /// @inheritdoc ITreasury
    function allotOperations(address asset, address to, uint256 amount) external restricted {
        // Check and effect: the committee's part of the limit as it is now. Cast is safe: at most the limit.
        RateLimiter.SlidingWindow storage committee = _committee[asset];
        uint256 part = (limitOf(Budget.Operations, asset) * committeeShareBps) / BPS;
        committee.updateSettings(LIMIT_WINDOW, uint208(part));
        uint256 left = committee.available(KEY);
        require(amount <= left, TreasuryBudgetExceeded(Budget.Operations, asset, amount, left));
        committee.consume(KEY, amount);

        _allot(Budget.Operations, asset, to, amount);
    }

    /// @inheritdoc ITreasury
    function fundRewards(address asset, uint256 amount) external restricted {
        _fund(Budget.Incentives, asset, amount);
    }

    /// @inheritdoc ITreasury
    function fundGrant(address asset, uint256 amount) external restricted {
        _fund(Budget.Grants, asset, amount);
    }

    /// @inheritdoc ITreasury
    function fundBuyback(address asset, uint256 amount) external restricted {
        _fund(Budget.Buyback, asset, amount);
    }

    /// @inheritdoc ITreasury
    function setLimit(Budget budget, address asset, uint256 limit) external restricted {
        // Effect: for what is paid from now on; what was paid within the window counts.
        uint208 capped = uint208(Math.min(limit, type(uint208).max / BPS));
        _limits[budget][asset].updateSettings(LIMIT_WINDOW, capped);

        emit LimitChanged(budget, asset, capped);
    }

    /// @inheritdoc ITreasury
    function lowerCommitteeShare(uint256 newShareBps) external restricted {
        // Check: one way. Never a failure: the handover must not be stopped by a share that is lower already.
        uint256 oldShareBps = committeeShareBps;
        if (newShareBps >= oldShareBps) return;

        // Effect: from the next payment on.
        committeeShareBps = newShareBps;

        emit CommitteeShareChanged(oldShareBps, newShareBps);
    }

    /// @inheritdoc ITreasury
    function withdraw(address asset, address to) external returns (uint256 amount) {
        // Check: something was promised.
        amount = _owed[asset][to];
        require(amount != 0, TreasuryNothing(asset, to, amount));

        // Effect: it is promised no more.
        _owed[asset][to] = 0;
        _promised[asset] -= amount;

        emit Withdrawn(asset, to, amount);

        // Interaction: money leaves last, and only to whom it was promised.
        _send(asset, to, amount);
    }

    /// @inheritdoc ITreasury
    function owedTo(address asset, address to) external view returns (uint256 amount) {
        return _owed[asset][to];
    }

    /// @inheritdoc ITreasury
    function availableOf(Budget budget, address asset) external view returns (uint256 amount) {
        return Math.min(_withinRules(budget, asset), freeOf(asset));
    }

    /// @inheritdoc ITreasury
    function freeOf(address asset) public view returns (uint256 amount) {
        uint256 held = asset == NATIVE ? address(this).balance : IERC20(asset).balanceOf(address(this));
        return Math.saturatingSub(held, _promised[asset]);
    }

    /// @inheritdoc ITreasury
    function limitOf(Budget budget, address asset) public view returns (uint256 limit) {
        return _limits[budget][asset]._limit;
    }

    /// @notice Most that a budget may pay within 365 days, in basis points of what was free and spent in them; immutable.
    function ceilingBpsOf(Budget budget) public pure returns (uint256) {
        if (budget == Budget.Operations) return 2_000;
        if (budget == Budget.Incentives) return 1_000;
        if (budget == Budget.Security) return 1_500;
        return 3_000;
    }

    /// @dev Promises money within the rules.
    function _allot(Budget budget, address asset, address to, uint256 amount) private {
        _consume(budget, asset, to, amount);
        _promised[asset] += amount;
        _owed[asset][to] += amount;

        emit Allotted(budget, asset, to, amount, msg.sender);
    }

    /// @dev Sends money to a module of the suite within the rules.
    function _fund(Budget budget, address asset, uint256 amount) private {
        _consume(budget, asset, msg.sender, amount);

        emit Funded(budget, asset, msg.sender, amount);

        // Interaction: last.
        _send(asset, msg.sender, amount);
    }

    /// @dev Checks that `amount` is free and within limit and ceiling, and counts it. What counts is below 2^208: it is held.
    function _consume(Budget budget, address asset, address to, uint256 amount) private {
        require(amount != 0 && to != address(0) && to != address(this), TreasuryNothing(asset, to, amount));
        uint256 free = freeOf(asset);
        require(amount <= free, TreasuryInsufficient(asset, amount, free));
        uint256 left = _withinRules(budget, asset);
        require(amount <= left, TreasuryBudgetExceeded(budget, asset, amount, left));
        _limits[budget][asset].consume(KEY, amount);
        _count(_spentBy[budget][asset], amount);
        _count(_spent[asset], amount);
    }

    function _count(RateLimiter.SlidingWindow storage window, uint256 amount) private {
        window.updateSettings(CEILING_WINDOW, type(uint208).max);
        window.consume(KEY, amount);
    }

    function _send(address asset, address to, uint256 amount) private {
        if (asset != NATIVE) {
            IERC20(asset).safeTransfer(to, amount);
            return;
        }
        // Without copying what it returns: a recipient cannot make the caller pay for memory.
        bool success;
        assembly ("memory-safe") {
            success := call(gas(), to, amount, 0, 0, 0, 0)
        }
        require(success, TreasuryTransferFailed(to, amount));
    }

    /// @dev What limit and ceiling leave, whatever is free. Cannot overflow: `setLimit` and balances are far below 2^240.
    function _withinRules(Budget budget, address asset) private view returns (uint256) {
        uint256 year = freeOf(asset) + _spent[asset].used(KEY);
        uint256 ceiling = Math.mulDiv(year, ceilingBpsOf(budget), BPS);
        uint256 underCeiling = Math.saturatingSub(ceiling, _spentBy[budget][asset].used(KEY));
        return Math.min(underCeiling, _limits[budget][asset].available(KEY));
    }
}
