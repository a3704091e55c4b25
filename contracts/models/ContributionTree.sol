// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import {NodeId} from "../types/Ids.sol";
import {Contribution} from "./IModelContributions.sol";

/// @title ContributionTree
/// @notice The Merkle tree over the contributions to a model: that of `StandardMerkleTree` of `@openzeppelin/merkle-tree`, its
/// leaves in the order of the list (`sortLeaves: false`).
library ContributionTree {
    /// @dev `keccak256(keccak256(abi.encode(node, fragments)))`: hashed twice, so that no inner node is a leaf.
    function leafOf(NodeId node, uint256 fragments) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(node, fragments))));
    }

    /// @dev Root over a list that is not empty. Memory and time are linear in its length.
    function rootOf(Contribution[] calldata list) internal pure returns (bytes32) {
        uint256 count = list.length;
        bytes32[] memory tree = new bytes32[](2 * count - 1);
        for (uint256 i = 0; i < count; ++i) {
            tree[2 * count - 2 - i] = leafOf(list[i].node, list[i].fragments);
        }
        for (uint256 i = count - 1; i > 0; --i) {
            tree[i - 1] = Hashes.commutativeKeccak256(tree[2 * i - 1], tree[2 * i]);
        }
        return tree[0];
    }
}
