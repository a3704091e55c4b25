// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {DatasetId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {Collaborator, IDatasetRegistry} from "./IDatasetRegistry.sol";

/// @title SalesLedger
/// @notice What sales of datasets brought in and to whom it is owed: pulled, so that none can block another.
abstract contract SalesLedger is IDatasetRegistry {
    using SafeERC20 for CorexToken;

    /// @notice Part of every sale that goes to the protocol: 5 %, rounded up.
    uint256 public constant PROTOCOL_FEE_BPS = 500;

    /// @inheritdoc IDatasetRegistry
    address public immutable feeRouter;

    CorexToken internal immutable _token;

    uint256 private _recordedTotal;
    mapping(address account => uint256 amount) private _owed;

    constructor(CorexToken cxt, address router) {
        _token = cxt;
        feeRouter = router;
    }

    /// @inheritdoc IDatasetRegistry
    function withdraw(address account) external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[account];
        require(amount != 0, DatasetRegistryNothingOwed(account));

        // Effect: it is owed no more.
        _owed[account] = 0;
        _recordedTotal -= amount;

        emit ShareWithdrawn(account, amount);

        // Interaction: money leaves last, and only to its owner, whoever calls.
        _token.safeTransfer(account, amount);
    }

    /// @inheritdoc IDatasetRegistry
    function token() external view returns (CorexToken) {
        return _token;
    }

    /// @inheritdoc IDatasetRegistry
    function owedTo(address account) external view returns (uint256 amount) {
        return _owed[account];
    }

    /// @inheritdoc IDatasetRegistry
    function recordedTotal() external view returns (uint256 amount) {
        return _recordedTotal;
    }

    /// @dev Owes the protocol its fee and `seller` or the collaborators, if there are any, the rest. Each part is rounded down,
    /// and the first collaborator has what that leaves. The loop is bounded by the number of collaborators.
    function _share(
        DatasetId dataset,
        uint256 price,
        address seller,
        Collaborator[] storage collaborators
    ) internal returns (uint256 feeUp) {
        // Cannot overflow: a price is below 2^96.
        feeUp = (price * PROTOCOL_FEE_BPS + BPS - 1) / BPS;
        uint256 rest = price - feeUp;
        _recordedTotal += price;
        _owe(dataset, feeRouter, feeUp);
        uint256 count = collaborators.length;
        if (count == 0) {
            _owe(dataset, seller, rest);
            return feeUp;
        }
        uint256 left = rest;
        for (uint256 i = 1; i < count; ++i) {
            Collaborator memory collaborator = collaborators[i];
            uint256 partDown = (rest * collaborator.shareBps) / BPS;
            left -= partDown;
            _owe(dataset, collaborator.account, partDown);
        }
        _owe(dataset, collaborators[0].account, left);
    }

    /// @dev Takes the price from the caller; reverts if it does not come.
    function _pull(uint256 amount) internal {
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _owe(DatasetId dataset, address account, uint256 amount) private {
        if (amount == 0) return;
        _owed[account] += amount;
        emit ShareOwed(dataset, account, amount);
    }
}
