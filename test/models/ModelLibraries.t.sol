// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {ContentId} from "../../contracts/models/ContentId.sol";
import {ContributionTree} from "../../contracts/models/ContributionTree.sol";
import {Contribution} from "../../contracts/models/IModelContributions.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {Pages} from "../../contracts/types/Pages.sol";

/// @dev The libraries of models, callable from outside.
contract ModelLibraries {
    function toText(bytes32 digest) external pure returns (string memory) {
        return ContentId.toText(digest);
    }

    function rootOf(Contribution[] calldata list) external pure returns (bytes32) {
        return ContributionTree.rootOf(list);
    }
}

contract ModelLibrariesFuzz {
    ModelLibraries private _libraries = new ModelLibraries();

    /// @dev Against base32 bit by bit.
    function testFuzz_contentIdIsPlainBase32(bytes32 digest) public view {
        bytes memory source = bytes.concat(hex"01551220", digest);
        bytes memory letters = "abcdefghijklmnopqrstuvwxyz234567";
        bytes memory expected = new bytes(59);
        expected[0] = "b";
        for (uint256 letter = 0; letter < 58; ++letter) {
            uint256 value = 0;
            for (uint256 i = 0; i < 5; ++i) {
                uint256 place = letter * 5 + i;
                uint256 set = place >= 288 ? 0 : (uint256(uint8(source[place / 8])) >> (7 - (place % 8))) & 1;
                value = value * 2 + set;
            }
            expected[letter + 1] = letters[value];
        }
        require(keccak256(bytes(_libraries.toText(digest))) == keccak256(expected), "content id");
    }

    /// @dev Every entry has a path to the root, built level by level from the list itself; a changed entry has none.
    function testFuzz_everyEntryIsInTheTree(uint256 seed, uint256 length) public view {
        length = 1 + (length % 40);
        Contribution[] memory list = new Contribution[](length);
        bytes32[] memory tree = new bytes32[](2 * length - 1);
        for (uint256 i = 0; i < length; ++i) {
            uint64 fragments = uint64(uint256(keccak256(abi.encode(seed, i))));
            list[i] = Contribution({node: NodeId.wrap(uint32(i + 1)), fragments: fragments});
            tree[2 * length - 2 - i] = ContributionTree.leafOf(list[i].node, fragments);
        }
        bytes32 root = _libraries.rootOf(list);
        for (uint256 i = 2 * length - 2; i > 1; i -= 2) {
            (bytes32 a, bytes32 b) = (tree[i], tree[i - 1]);
            tree[(i - 1) / 2] = a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
        }
        for (uint256 i = 0; i < length; ++i) {
            bytes32[] memory path = _pathOf(tree, 2 * length - 2 - i);
            require(MerkleProof.verify(path, root, tree[2 * length - 2 - i]), "not in the tree");
            bytes32 other = ContributionTree.leafOf(list[i].node, uint256(list[i].fragments) + 1);
            require(!MerkleProof.verify(path, root, other), "something else is in the tree");
        }
    }

    function testFuzz_pagesCoverEverythingOnce(uint256 total, uint256 offset, uint256 limit) public pure {
        uint256 length = Pages.lengthOf(total, offset, limit);
        require(length <= limit && length <= total, "longer than asked for");
        if (offset < total) require(length == limit || offset + length == total, "stops too early");
        else require(length == 0, "beyond the end");
    }

    function _pathOf(bytes32[] memory tree, uint256 place) private pure returns (bytes32[] memory path) {
        uint256 depth = 0;
        for (uint256 i = place; i > 0; i = (i - 1) / 2) ++depth;
        path = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            path[i] = tree[place % 2 == 0 ? place - 1 : place + 1];
            place = (place - 1) / 2;
        }
    }
}
