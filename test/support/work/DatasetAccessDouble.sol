// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IDatasetAccess} from "../../../contracts/data/IDatasetAccess.sol";
import {DatasetId} from "../../../contracts/types/Ids.sol";

/// @dev Datasets whose access a test sets.
contract DatasetAccessDouble is IDatasetAccess {
    mapping(DatasetId dataset => mapping(address account => bool access)) public hasAccess;

    function set(DatasetId dataset, address account, bool access) external {
        hasAccess[dataset][account] = access;
    }
}
