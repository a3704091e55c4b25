// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {IBenchmarkRegistry} from "./IBenchmarkRegistry.sol";

/// @title BondLedger
/// @notice Bonds that come in with challenges and are owed to one side when they end: pulled, so that none can block another.
abstract contract BondLedger is IBenchmarkRegistry {
    using SafeERC20 for CorexToken;

    CorexToken private immutable _token;

    mapping(address account => uint256 amount) private _owed;

    constructor(CorexToken token) {
        _token = token;
    }

    /// @inheritdoc IBenchmarkRegistry
    function withdraw() external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[msg.sender];
        if (amount == 0) return 0;

        // Effect: it is owed no more.
        _owed[msg.sender] = 0;

        emit BondWithdrawn(msg.sender, amount);

        // Interaction: money leaves last, and only to whom it belongs.
        _token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IBenchmarkRegistry
    function owedTo(address account) external view returns (uint256) {
        return _owed[account];
    }

    /// @dev Takes a bond from the caller; reverts if it does not come.
    function _pull(uint256 amount) internal {
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev Owes a bond that is held to `account`.
    function _owe(address account, uint256 amount) internal {
        _owed[account] += amount;
    }
}
