// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title VersionedWords
/// @notice Words of packed numbers of which the present version and that at the start of the running period are kept.
/// @dev Layout of a word, from the lowest bit: the numbers, each `width` bits, within 225 bits; then 31 bits: the period of
/// the last write. Zero is a word that was never written: periods start at one.
/// @dev VERSIONS
/// - The first write in a period copies the word to `previous`. So the word at the start of the running period is
///   `current` if its last write is older than that period, else `previous`.
/// - Preconditions: `period` never falls, is the running one, and lies in [1, MAX_PERIOD].
/// @dev COST
/// - Read of the frozen version: one slot, or two if the word was written in this period.
/// - Write: one slot, or two at the first write in a period (one, if it is the first write ever).
library VersionedWords {
    struct Words {
        mapping(uint256 key => uint256 word) current;
        mapping(uint256 key => uint256 word) previous;
    }

    /// @dev Bits of the packed numbers.
    uint256 internal constant PAYLOAD_BITS = 225;

    uint256 private constant PAYLOAD_MASK = 2 ** PAYLOAD_BITS - 1;

    /// @dev Largest period: what the remaining 31 bits hold.
    uint256 internal constant MAX_PERIOD = 2 ** 31 - 1;

    /// @dev Writes the numbers of `newWord` to `key`, whose present version is `oldWord`.
    function write(Words storage self, uint256 key, uint256 oldWord, uint256 newWord, uint256 period) internal {
        // A word that was never written has no previous version either.
        if (oldWord != 0 && oldWord >> PAYLOAD_BITS != period) self.previous[key] = oldWord;
        self.current[key] = (period << PAYLOAD_BITS) | (newWord & PAYLOAD_MASK);
    }

    /// @dev The word at `key` as it was at the start of `period`.
    function frozen(Words storage self, uint256 key, uint256 period) internal view returns (uint256 word) {
        word = self.current[key];
        if (word >> PAYLOAD_BITS == period) word = self.previous[key];
    }

    /// @dev The number of `width` bits at `slot`. Cannot overflow: both are below 2^8.
    function numberAt(uint256 word, uint256 slot, uint256 width) internal pure returns (uint256) {
        unchecked {
            return (word >> (slot * width)) & ((1 << width) - 1);
        }
    }

    /// @dev `word` with `value` as the number of `width` bits at `slot`. Precondition: value < 2^width.
    function withNumber(uint256 word, uint256 slot, uint256 width, uint256 value) internal pure returns (uint256) {
        uint256 shift = slot * width;
        return (word & ~(((1 << width) - 1) << shift)) | (value << shift);
    }

    /// @dev Sum of the numbers of `width` bits at the slots from `first` to below `end`. Cannot overflow: at most 225 bits
    /// are summed up.
    function sum(uint256 word, uint256 first, uint256 end, uint256 width) internal pure returns (uint256 total) {
        unchecked {
            uint256 mask = (1 << width) - 1;
            word >>= first * width;
            for (uint256 slot = first; slot < end; ++slot) {
                total += word & mask;
                word >>= width;
            }
        }
    }

    /// @dev The slot that holds `point` when the numbers of a word are laid end to end, its number, and what is left of the
    /// point within it. At `slots`, with number zero, when the point is beyond their sum.
    function find(
        uint256 word,
        uint256 slots,
        uint256 width,
        uint256 point
    ) internal pure returns (uint256 slot, uint256 number, uint256 rest) {
        // Cannot underflow: a number is only taken off a rest that is not smaller.
        unchecked {
            uint256 mask = (1 << width) - 1;
            rest = point;
            for (; slot < slots; ++slot) {
                number = word & mask;
                if (rest < number) return (slot, number, rest);
                rest -= number;
                word >>= width;
            }
            number = 0;
        }
    }
}
