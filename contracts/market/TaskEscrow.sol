// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {TaskId} from "../types/Ids.sol";
import {ITaskEscrow} from "./ITaskEscrow.sol";

/// @title TaskEscrow
/// @dev INVARIANTS
/// - INV-ESC-1: sum of `heldFor` + sum of `owedTo` == `recordedTotal()` <= balance; the difference is donations.
/// @dev TRUST
/// - The market decides who is owed what, within what the task holds. Nobody else moves anything.
/// - The token is CXT: no hook, no fee on transfer.
/// @dev LIVENESS
/// - `withdraw` depends on nobody: no pause, no market call.
contract TaskEscrow is ITaskEscrow {
    using SafeERC20 for IERC20;

    IERC20 private immutable _token;
    address private immutable _market;
    address private immutable _feeRouter;

    uint256 private _recordedTotal;
    mapping(TaskId task => uint256 amount) private _held;
    mapping(address account => uint256 amount) private _owed;

    modifier onlyMarket() {
        require(msg.sender == _market, TaskEscrowOnlyMarket(msg.sender));
        _;
    }

    /// @dev The market is whoever deploys: `TaskMarket` does so in its constructor.
    constructor(IERC20 cxt, address router) {
        _token = cxt;
        _market = msg.sender;
        _feeRouter = router;
    }

    /// @inheritdoc ITaskEscrow
    function deposit(TaskId task, address from, uint256 amount) external onlyMarket {
        // Effect: record the fees.
        _held[task] += amount;
        _recordedTotal += amount;
        emit Deposited(task, from, amount);

        // Interaction: pull them; the whole call reverts if they do not come.
        _token.safeTransferFrom(from, address(this), amount);
    }

    /// @inheritdoc ITaskEscrow
    function release(TaskId task, address payee, uint256 amount) external onlyMarket {
        _take(task, amount);
        _owe(task, payee, amount);
    }

    /// @inheritdoc ITaskEscrow
    function pay(TaskId task, address payee, uint256 amount, uint256 fee) external onlyMarket {
        _take(task, amount + fee);
        _owe(task, payee, amount);
        if (fee != 0) _owe(task, _feeRouter, fee);
    }

    /// @inheritdoc ITaskEscrow
    function payMany(TaskId task, address[] calldata payees, uint256 amount, uint256 fee) external onlyMarket {
        _take(task, (amount + fee) * payees.length);
        for (uint256 i = 0; i < payees.length; ++i) _owe(task, payees[i], amount);
        if (fee != 0) _owe(task, _feeRouter, fee * payees.length);
    }

    /// @inheritdoc ITaskEscrow
    function withdraw(address account) external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[account];
        require(amount != 0, TaskEscrowNothingOwed(account));

        // Effect: it is owed no more.
        _owed[account] = 0;
        _recordedTotal -= amount;
        emit Withdrawn(account, amount);

        // Interaction: money leaves last, and only to its owner, whoever calls.
        _token.safeTransfer(account, amount);
    }

    /// @inheritdoc ITaskEscrow
    function token() external view returns (IERC20) {
        return _token;
    }

    /// @inheritdoc ITaskEscrow
    function market() external view returns (address) {
        return _market;
    }

    /// @inheritdoc ITaskEscrow
    function feeRouter() external view returns (address) {
        return _feeRouter;
    }

    /// @inheritdoc ITaskEscrow
    function heldFor(TaskId task) external view returns (uint256 amount) {
        return _held[task];
    }

    /// @inheritdoc ITaskEscrow
    function owedTo(address account) external view returns (uint256 amount) {
        return _owed[account];
    }

    /// @inheritdoc ITaskEscrow
    function recordedTotal() external view returns (uint256 amount) {
        return _recordedTotal;
    }

    function _take(TaskId task, uint256 amount) private {
        uint256 held = _held[task];
        require(amount <= held, TaskEscrowInsufficient(task, amount, held));
        _held[task] = held - amount;
    }

    function _owe(TaskId task, address payee, uint256 amount) private {
        _owed[payee] += amount;
        emit Released(task, payee, amount);
    }
}
