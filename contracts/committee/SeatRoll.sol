// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";

/// @title SeatRoll
/// @notice Up to sixteen verifiers by seat in two words, so that a verifier finds its seat with two reads at most.
/// @dev Layout of a word, from the lowest bit: eight node ids of 32 bits; zero for no verifier.
library SeatRoll {
    /// @dev Node ids of a word, and their bits.
    uint256 private constant IDS_PER_WORD = 8;
    uint256 private constant ID_BITS = 32;

    /// @notice Seats of a roll; as an index: none.
    uint256 internal constant CAPACITY = 16;

    /// @dev Writes `verifiers`, at most `CAPACITY` of them, to an empty roll.
    function write(uint256[2] storage self, NodeId[] memory verifiers) internal {
        uint256[2] memory words;
        for (uint256 i = 0; i < verifiers.length; ++i) {
            uint256 shift = (i % IDS_PER_WORD) * ID_BITS;
            words[i / IDS_PER_WORD] |= uint256(NodeId.unwrap(verifiers[i])) << shift;
        }
        self[0] = words[0];
        if (words[1] != 0) self[1] = words[1];
    }

    /// @dev Seat of `verifier`; `CAPACITY` when it has none. Node zero has none.
    function indexOf(uint256[2] storage self, NodeId verifier) internal view returns (uint256 index) {
        uint256 id = NodeId.unwrap(verifier);
        if (id == 0) return CAPACITY;
        for (uint256 first = 0; first < CAPACITY; first += IDS_PER_WORD) {
            index = first;
            // Overflow not possible: a word is zero after eight shifts, so the index is at most 16.
            unchecked {
                for (uint256 word = self[first / IDS_PER_WORD]; word != 0; word >>= ID_BITS) {
                    if (uint32(word) == id) return index;
                    ++index;
                }
            }
        }
        return CAPACITY;
    }
}
