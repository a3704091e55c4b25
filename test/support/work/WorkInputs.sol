// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev The four inputs of a task of work in the tests, and lists of nodes.
abstract contract WorkInputs {
    /// @dev The first `count` nodes.
    function _someNodes(uint256 count) internal pure returns (NodeId[] memory nodes) {
        nodes = new NodeId[](count);
        for (uint32 i = 0; i < count; ++i) nodes[i] = NodeId.wrap(i + 1);
    }

    /// @dev Input number `index`; all have the same commitment.
    function _leaf(uint256 index) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(index, uint256(7)))));
    }

    /// @dev The inner node above inputs `first` and `first + 1`.
    function _above(uint32 first) internal pure returns (bytes32) {
        return _pair(_leaf(first), _leaf(first + 1));
    }

    function _pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
