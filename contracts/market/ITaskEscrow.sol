// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TaskId} from "../types/Ids.sol";

/// @title ITaskEscrow
/// @notice Holds the fees of tasks and what it owes to accounts. Money only: it knows no rule of the market.
/// @dev Amounts are CXT wei. Owed CXT leaves through `withdraw` alone (pull payments).
interface ITaskEscrow {
    /// @notice Emitted when fees came in for `task`.
    event Deposited(TaskId indexed task, address indexed from, uint256 amount);

    /// @notice Emitted when part of a task's fees became owed to `payee`.
    event Released(TaskId indexed task, address indexed payee, uint256 amount);

    /// @notice Emitted when owed CXT was sent to `account`.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice Thrown when anyone but the market moves task fees.
    error TaskEscrowOnlyMarket(address caller);

    /// @notice Thrown when more would leave a task than it holds.
    error TaskEscrowInsufficient(TaskId task, uint256 amount, uint256 held);

    /// @notice Thrown when nothing is owed to the account.
    error TaskEscrowNothingOwed(address account);

    /// @notice Pulls `amount` from `from`, who approved this contract, into the fees of `task`. Only the market.
    function deposit(TaskId task, address from, uint256 amount) external;

    /// @notice Makes `amount` of the fees of `task` owed to `payee`. Only the market.
    function release(TaskId task, address payee, uint256 amount) external;

    /// @notice Pays a fragment: `amount` becomes owed to `payee` and `fee` to the fee router. Only the market.
    function pay(TaskId task, address payee, uint256 amount, uint256 fee) external;

    /// @notice Pays fragments of one task: `amount` becomes owed to each of `payees`, which may name an account several times, and
    /// `fee` for each of them, in one sum, to the fee router. Only the market.
    function payMany(TaskId task, address[] calldata payees, uint256 amount, uint256 fee) external;

    /// @notice Sends everything owed to `account` to `account`. Open to anyone.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice The token held here.
    function token() external view returns (IERC20);

    /// @notice The only address that can move task fees.
    function market() external view returns (address);

    /// @notice Receiver of protocol fees.
    function feeRouter() external view returns (address);

    /// @notice Fees that `task` still holds.
    function heldFor(TaskId task) external view returns (uint256 amount);

    /// @notice CXT that `account` can withdraw.
    function owedTo(address account) external view returns (uint256 amount);

    /// @notice Sum of everything held and owed; the balance above it is a donation.
    function recordedTotal() external view returns (uint256 amount);
}
