// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {VersionedWords} from "./VersionedWords.sol";

/// @title SortitionTree
/// @notice Weights by position, drawn in proportion, with the present weights and those at the start of the period.
/// @dev A tree of packed words. A word of level 0 holds the weights of nine positions, 25 bits each; one of level 1 or 2 the
/// sums of seven words below, 32 bits each; one above the sums of five, 45 bits each. The tree grows by a level when a
/// position needs it: the new root starts with the sum of the old root in both versions, so frozen reads stay exact.
/// Positions need no allocation: they are the dense ids of the user.
/// @dev INVARIANTS
/// - INV-SCH-1: the root's sum is the sum of all weights, in both versions, and so in every subtree.
/// @dev No number overflows: a weight is below 2^25, so a sum of 9 weights is below 2^29 and one of 63 below 2^31; a sum
/// above is at most the total, which is below 2^45 because a write that would lift it further reverts.
/// @dev COST, in words, for the largest position ever used
/// - levels: 4 up to 2,204; 5 up to 11,024; 6 up to 55,124; 8 up to 1,378,124; 13 for every `uint32`.
/// - set: a word for each level, once more at the first write of a word in a period. Reading a draw: a word for each level,
///   once more where it was written in this period. Neither depends on the number of weights otherwise.
library SortitionTree {
    using VersionedWords for VersionedWords.Words;
    using VersionedWords for uint256;

    struct Tree {
        uint256 depth;
        VersionedWords.Words words;
    }

    /// @dev Weights of a word of level 0, and their bits.
    uint256 private constant LEAF_ARITY = 9;
    uint256 private constant LEAF_BITS = 25;

    /// @dev Sums of a word of levels 1 and 2, and their bits.
    uint256 private constant MIDDLE_ARITY = 7;
    uint256 private constant MIDDLE_BITS = 32;

    /// @dev Sums of a word of level 3 and above, and their bits.
    uint256 private constant UPPER_ARITY = 5;
    uint256 private constant UPPER_BITS = 45;

    /// @dev Positions of a tree of three levels.
    uint256 private constant MIDDLE_CAPACITY = LEAF_ARITY * MIDDLE_ARITY * MIDDLE_ARITY;

    /// @notice Largest weight of a position.
    uint256 internal constant MAX_LEAF = 2 ** LEAF_BITS - 1;

    /// @notice Number of positions: every `uint32`.
    uint256 internal constant MAX_POSITIONS = 2 ** 32;

    /// @notice Largest sum of all weights: 1.04 million positions of the largest weight.
    uint256 internal constant MAX_TOTAL = 2 ** UPPER_BITS - 1;

    /// @notice Thrown when a position lies beyond the tree.
    error SortitionTreePositionOutOfBounds(uint256 position, uint256 maximum);

    /// @notice Thrown when a weight does not fit.
    error SortitionTreeWeightOutOfBounds(uint256 weight, uint256 maximum);

    /// @notice Thrown when the sum of all weights would not fit.
    error SortitionTreeTotalOutOfBounds(uint256 total, uint256 maximum);

    /// @notice Thrown when a period is zero or does not fit.
    error SortitionTreePeriodOutOfBounds(uint256 period, uint256 maximum);

    /// @notice Thrown when a point at or beyond the frozen sum is drawn; every point of an empty tree is.
    error SortitionTreePointBeyondTotal(uint256 point, uint256 total);

    /// @dev Sets the weight of `position` as of now.
    /// @return newTotal Sum of all weights after it.
    function set(
        Tree storage self,
        uint256 position,
        uint256 weight,
        uint256 period
    ) internal returns (uint256 newTotal) {
        require(position < MAX_POSITIONS, SortitionTreePositionOutOfBounds(position, MAX_POSITIONS - 1));
        require(weight <= MAX_LEAF, SortitionTreeWeightOutOfBounds(weight, MAX_LEAF));
        require(
            period != 0 && period <= VersionedWords.MAX_PERIOD,
            SortitionTreePeriodOutOfBounds(period, VersionedWords.MAX_PERIOD)
        );

        uint256 depth = _grow(self, position, period);
        uint256 oldWeight = leaf(self, position);
        newTotal = total(self) + weight - oldWeight;
        require(newTotal <= MAX_TOTAL, SortitionTreeTotalOutOfBounds(newTotal, MAX_TOTAL));

        // Modulo 2^256: added to a number, it gives the new one.
        uint256 difference;
        unchecked {
            difference = weight - oldWeight;
        }
        uint256 index = position;
        for (uint256 level = 0; level < depth; ++level) index = _add(self, level, index, difference, period);
    }

    /// @dev Weight of `position` as of now.
    function leaf(Tree storage self, uint256 position) internal view returns (uint256) {
        uint256 word = self.words.current[_keyOf(0, position / LEAF_ARITY)];
        return word.numberAt(position % LEAF_ARITY, LEAF_BITS);
    }

    /// @dev Weight of `position` at the start of `period`.
    function frozenLeaf(Tree storage self, uint256 position, uint256 period) internal view returns (uint256) {
        uint256 word = self.words.frozen(_keyOf(0, position / LEAF_ARITY), period);
        return word.numberAt(position % LEAF_ARITY, LEAF_BITS);
    }

    /// @dev Sum of all weights as of now.
    function total(Tree storage self) internal view returns (uint256) {
        uint256 depth = self.depth;
        if (depth == 0) return 0;
        (uint256 arity, uint256 width) = _shapeOf(depth - 1);
        return self.words.current[_keyOf(depth - 1, 0)].sum(0, arity, width);
    }

    /// @dev Sum of all weights at the start of `period`.
    function frozenTotal(Tree storage self, uint256 period) internal view returns (uint256) {
        uint256 depth = self.depth;
        if (depth == 0) return 0;
        (uint256 arity, uint256 width) = _shapeOf(depth - 1);
        return self.words.frozen(_keyOf(depth - 1, 0), period).sum(0, arity, width);
    }

    /// @dev The position that holds `point` when the weights at the start of `period` are laid end to end in the order of
    /// positions: over all points below the sum, each position comes up as often as its weight says.
    function drawFrozen(
        Tree storage self,
        uint256 point,
        uint256 period
    ) internal view returns (uint256 position, uint256 weight) {
        uint256 rest = point;
        for (uint256 level = self.depth; level != 0;) {
            --level;
            (uint256 arity, uint256 width) = _shapeOf(level);
            uint256 word = self.words.frozen(_keyOf(level, position), period);
            uint256 slot;
            (slot, weight, rest) = word.find(arity, width, rest);
            // Only at the root: the numbers of a word below sum up to its number above, which is more than the rest.
            require(slot < arity, SortitionTreePointBeyondTotal(point, point - rest));
            position = position * arity + slot;
        }
        require(weight != 0, SortitionTreePointBeyondTotal(point, 0));
    }

    /// @dev Adds `difference`, modulo 2^256, to the number with `index` among all of `level`.
    /// @return above Index among the numbers of the next level of the one that sums up its word.
    function _add(
        Tree storage self,
        uint256 level,
        uint256 index,
        uint256 difference,
        uint256 period
    ) private returns (uint256 above) {
        (uint256 arity, uint256 width) = _shapeOf(level);
        above = index / arity;
        uint256 shift = (index % arity) * width;
        uint256 key = _keyOf(level, above);
        uint256 word = self.words.current[key];
        // Neither borrows from nor carries into a neighbour: the number holds the old weight, and the new one fits.
        unchecked {
            self.words.write(key, word, word + (difference << shift), period);
        }
    }

    /// @dev Adds levels until `position` fits; the depth then.
    function _grow(Tree storage self, uint256 position, uint256 period) private returns (uint256 depth) {
        depth = self.depth;
        if (position < _capacityOf(depth)) return depth;

        uint256 sum = total(self);
        uint256 frozenSum = frozenTotal(self, period);
        do {
            // Level `depth` of the tree holds its old root as child 0; an empty tree needs no root.
            if (sum | frozenSum != 0) {
                uint256 key = _keyOf(depth, 0);
                self.words.current[key] = (period << VersionedWords.PAYLOAD_BITS) | sum;
                self.words.previous[key] = frozenSum;
            }
            ++depth;
        } while (position >= _capacityOf(depth));
        self.depth = depth;
    }

    /// @dev Positions of a tree of `depth` levels.
    function _capacityOf(uint256 depth) private pure returns (uint256) {
        if (depth >= 3) return MIDDLE_CAPACITY * UPPER_ARITY ** (depth - 3);
        if (depth == 2) return LEAF_ARITY * MIDDLE_ARITY;
        return depth * LEAF_ARITY;
    }

    /// @dev How many numbers a word of `level` holds, and the bits of each: at most 225 together.
    function _shapeOf(uint256 level) private pure returns (uint256 arity, uint256 width) {
        if (level == 0) return (LEAF_ARITY, LEAF_BITS);
        if (level < 3) return (MIDDLE_ARITY, MIDDLE_BITS);
        return (UPPER_ARITY, UPPER_BITS);
    }

    /// @dev Unique: an index is below 2^32.
    function _keyOf(uint256 level, uint256 index) private pure returns (uint256) {
        return (level << 32) | index;
    }
}
