// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {INodeRegistry} from "../../../contracts/registry/INodeRegistry.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev A contract that operates a node, and signs what its owner tells it to by ERC-1271.
contract OperatorWallet is IERC1271 {
    mapping(bytes32 digest => bool approved) public approved;

    /// @dev Burns all gas when asked.
    bool public hostile;

    function register(INodeRegistry registry, address payout) external returns (NodeId) {
        return registry.register(payout, DeviceClass.CPU, "");
    }

    function approve(bytes32 digest, bool value) external {
        approved[digest] = value;
    }

    function setHostile(bool value) external {
        hostile = value;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        while (hostile) {}
        return approved[digest] ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
