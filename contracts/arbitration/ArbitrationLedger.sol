// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {IArbitration} from "./IArbitration.sol";

/// @title ArbitrationLedger
/// @notice Bonds and contributions that come in, and what is owed of them: pulled, so that none can block another.
abstract contract ArbitrationLedger is IArbitration {
    using SafeERC20 for CorexToken;

    CorexToken internal immutable _token;
    address internal immutable _feeRouter;

    /// @inheritdoc IArbitration
    uint256 public recordedTotal;

    mapping(address account => uint256 amount) private _owed;

    constructor(CorexToken token, address feeRouter) {
        _token = token;
        _feeRouter = feeRouter;
    }

    /// @inheritdoc IArbitration
    function withdraw(address account) external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[account];
        require(amount != 0, ArbitrationNothingOwed(account));

        // Effect: it is owed no more.
        _owed[account] = 0;
        recordedTotal -= amount;

        emit Withdrawn(account, amount);

        // Interaction: money leaves last, and only to its owner, whoever calls.
        _token.safeTransfer(account, amount);
    }

    /// @inheritdoc IArbitration
    function owedTo(address account) external view returns (uint256) {
        return _owed[account];
    }

    /// @dev Takes a deposit from the caller; reverts if it does not come. Called last.
    function _pull(uint256 amount) internal {
        recordedTotal += amount;
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev Counts what came in from the pool of jurors.
    function _receive(uint256 amount) internal {
        recordedTotal += amount;
    }

    /// @dev Owes `account` a part of what is recorded.
    function _owe(address account, uint256 amount) internal {
        if (amount == 0) return;
        _owed[account] += amount;

        emit Owed(account, amount);
    }
}
