// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DatasetId} from "../types/Ids.sol";

/// @title IDatasetAccess
/// @notice Who may use which dataset: all that a market asks of the dataset registry.
interface IDatasetAccess {
    /// @notice Whether `account` owns the dataset, was granted access to it, or it is free. Reverts for an unknown one.
    function hasAccess(DatasetId dataset, address account) external view returns (bool);
}
