// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CorexToken} from "../token/CorexToken.sol";

/// @title IMiningPool
/// @notice Vault of every CXT that is not yet earned. It releases at most the budget of an epoch, only for epochs that
/// are over, in order, and only to one immutable distributor. It has no authority of any kind.
/// @dev Amounts are CXT wei. Epochs are days counted from the deployment of the pool.
interface IMiningPool {
    /// @notice Emitted after CXT left the pool for the work of `epoch`.
    event Released(uint256 indexed epoch, uint256 amount, uint256 budget, uint256 remaining);

    /// @notice Emitted after `from` gave CXT back to the pool; it counts for budgets from `fromEpoch` on.
    event Replenished(address indexed from, uint256 amount, uint256 indexed fromEpoch, uint256 remaining);

    /// @notice Thrown when anyone but the distributor asks for a release.
    error MiningPoolOnlyDistributor(address caller);

    /// @notice Thrown when the epoch to be paid is not over.
    error MiningPoolEpochNotOver(uint256 epoch, uint256 currentEpoch);

    /// @notice Thrown when the epoch, or a later one, was already paid.
    error MiningPoolEpochAlreadyReleased(uint256 epoch, uint256 nextEpoch);

    /// @notice Thrown when a release exceeds the budget of its epoch.
    error MiningPoolBudgetExceeded(uint256 epoch, uint256 amount, uint256 budget);

    /// @notice Thrown when a release or a replenishment is zero.
    error MiningPoolZeroAmount();

    /// @notice Sends `amount` to the distributor for the work of `epoch`. Only the distributor; once per epoch, in order.
    function release(uint256 epoch, uint256 amount) external;

    /// @notice Moves `amount` from the caller (who approved it) into the pool. Open to anyone.
    function replenish(uint256 amount) external;

    /// @notice The token, minted whole into this pool by its constructor.
    function token() external view returns (CorexToken);

    /// @notice The only address that can receive a release.
    function distributor() external view returns (address);

    /// @notice Start of epoch 0, in seconds since the Unix epoch.
    function genesis() external view returns (uint256 timestamp);

    /// @notice Number of the epoch that is running now.
    function currentEpoch() external view returns (uint256 epoch);

    /// @notice CXT on the pool's own ledger; direct transfers to the pool are not in it.
    function remaining() external view returns (uint256 amount);

    /// @notice First epoch that was not released yet.
    function nextEpoch() external view returns (uint256 epoch);

    /// @notice CXT that `epoch` can release. For an epoch already passed over or released: zero.
    /// @dev Final once every earlier epoch was released or passed over and `epoch` began.
    function budgetOf(uint256 epoch) external view returns (uint256 amount);

    /// @notice CXT that was released for `epoch`.
    function releasedIn(uint256 epoch) external view returns (uint256 amount);
}
