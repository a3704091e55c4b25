// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Tells whether code between `arm` and `check` wrote to memory that it did not allocate.
library MemoryGuard {
    uint256 private constant GUARDED = 0x1000;

    /// @dev Remembers what is allocated, and marks what lies beyond.
    function arm() internal pure returns (uint256 end, bytes32 digest) {
        assembly ("memory-safe") {
            // Bounds: writes beyond the free memory pointer only, where nothing is allocated.
            end := mload(0x40)
            digest := keccak256(0x80, sub(end, 0x80))
            for {
                let i := 0
            } lt(i, GUARDED) {
                i := add(i, 0x20)
            } {
                mstore(add(end, i), not(i))
            }
        }
    }

    /// @dev Reverts unless exactly `allocated` bytes were allocated since, and nothing else was written.
    function check(uint256 end, bytes32 digest, uint256 allocated) internal pure {
        uint256 free;
        uint256 zero;
        bytes32 before;
        bool marked = true;
        assembly ("memory-safe") {
            // Bounds: only reads.
            free := mload(0x40)
            zero := mload(0x60)
            before := keccak256(0x80, sub(end, 0x80))
            for {
                let i := sub(free, end)
            } lt(i, GUARDED) {
                i := add(i, 0x20)
            } {
                marked := and(marked, eq(mload(add(end, i)), not(i)))
            }
        }
        require(free == end + allocated, "allocated another size");
        require(zero == 0, "wrote to the zero slot");
        require(before == digest, "wrote to memory before");
        require(marked, "wrote to memory beyond");
    }
}
