// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SortitionTree} from "../../contracts/matching/SortitionTree.sol";
import {vm} from "../support/Vm.sol";

/// @dev A tree behind external functions, so that its reverts can be seen.
contract SortitionTreeHarness {
    using SortitionTree for SortitionTree.Tree;

    SortitionTree.Tree private _tree;

    function set(uint256 position, uint256 weight, uint256 period) external returns (uint256) {
        return _tree.set(position, weight, period);
    }

    function leaf(uint256 position) external view returns (uint256) {
        return _tree.leaf(position);
    }

    function frozenLeaf(uint256 position, uint256 period) external view returns (uint256) {
        return _tree.frozenLeaf(position, period);
    }

    function total() external view returns (uint256) {
        return _tree.total();
    }

    function frozenTotal(uint256 period) external view returns (uint256) {
        return _tree.frozenTotal(period);
    }

    function drawFrozen(uint256 point, uint256 period) external view returns (uint256, uint256) {
        return _tree.drawFrozen(point, period);
    }

    function depth() external view returns (uint256) {
        return _tree.depth;
    }
}

contract SortitionTreeTest {
    uint256 private constant STEPS = 24;

    SortitionTreeHarness private _tree;

    /// @dev The naive list: positions that were ever used in ascending order, with both versions of their weights.
    uint256[] private _positions;
    mapping(uint256 position => uint256 weight) private _now;
    mapping(uint256 position => uint256 weight) private _frozen;

    function setUp() public {
        _tree = new SortitionTreeHarness();
    }

    /// @dev Random sets and removals over random periods: every view equals the naive list, and so does every draw.
    function testFuzz_tree_equalsTheNaiveList(uint256 seed) public {
        uint256 period = 1 + (seed % 1_000);
        for (uint256 step = 0; step < STEPS; ++step) {
            uint256 random = uint256(keccak256(abi.encode(seed, step)));
            if (random % 4 == 0) {
                period += 1 + ((random >> 8) % 3);
                _freeze();
            }
            uint256 position = _positionFrom(random >> 16);
            uint256 weight = (random >> 128) % 3 == 0 ? 0 : (random >> 130) % 2 ** 25;
            require(_tree.set(position, weight, period) == _set(position, weight), "total returned");
            if (step % 6 == 5) _compare(period, random);
        }
        _compare(period, seed);
        _freeze();
        _compare(period + 1, seed);
    }

    /// @dev Every point of a small tree, in order.
    function testFuzz_drawFrozen_laysWeightsEndToEnd(uint256 seed) public {
        for (uint256 i = 0; i < 12; ++i) {
            _set(i * (1 + (seed % 97)), (seed >> (8 * i)) % 4);
            _tree.set(i * (1 + (seed % 97)), (seed >> (8 * i)) % 4, 5);
        }
        _freeze();
        uint256 point = 0;
        for (uint256 i = 0; i < _positions.length; ++i) {
            for (uint256 unit = 0; unit < _now[_positions[i]]; ++unit) {
                (uint256 position, uint256 weight) = _tree.drawFrozen(point++, 6);
                require(position == _positions[i] && weight == _now[_positions[i]], "point");
            }
        }
        require(_tree.frozenTotal(6) == point, "total");
        _mustRevertBeyond(point, point, 6);
    }

    /// @dev The whole range of positions, and the largest weights.
    function test_set_atTheBounds() public {
        uint256[7] memory positions = [uint256(0), 8, 9, 62, 63, 440, 2 ** 32 - 1];
        for (uint256 i = 0; i < positions.length; ++i) {
            require(_tree.set(positions[i], 2 ** 25 - 1, 1) == (i + 1) * (2 ** 25 - 1), "total");
        }
        require(_tree.depth() == 13, "depth");
        for (uint256 i = 0; i < positions.length; ++i) {
            (uint256 position, uint256 weight) = _tree.drawFrozen((i + 1) * (2 ** 25 - 1) - 1, 2);
            require(position == positions[i] && weight == 2 ** 25 - 1, "last point of a position");
        }
    }

    /// @dev Depths as documented: the last position of each, and the first of the next.
    function test_set_growsByALevelWhenNeeded() public {
        uint256[9] memory capacities = [uint256(9), 63, 441, 2_205, 11_025, 55_125, 275_625, 1_378_125, 6_890_625];
        for (uint256 i = 0; i < capacities.length; ++i) {
            _tree.set(capacities[i] - 1, 1, 1);
            require(_tree.depth() == i + 1, "before");
            _tree.set(capacities[i], 1, 1);
            require(_tree.depth() == i + 2, "after");
        }
        require(_tree.total() == 2 * capacities.length && _tree.frozenTotal(1) == 0, "totals");
    }

    function test_set_whenPositionIsBeyondTheTree() public {
        vm.expectRevert(
            abi.encodeWithSelector(SortitionTree.SortitionTreePositionOutOfBounds.selector, 2 ** 32, 2 ** 32 - 1)
        );
        _tree.set(2 ** 32, 1, 1);
    }

    function test_set_whenWeightDoesNotFit() public {
        vm.expectRevert(
            abi.encodeWithSelector(SortitionTree.SortitionTreeWeightOutOfBounds.selector, 2 ** 25, 2 ** 25 - 1)
        );
        _tree.set(0, 2 ** 25, 1);
    }

    function test_set_whenPeriodDoesNotFit() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint256 period = i == 0 ? 0 : 2 ** 31;
            vm.expectRevert(
                abi.encodeWithSelector(SortitionTree.SortitionTreePeriodOutOfBounds.selector, period, 2 ** 31 - 1)
            );
            _tree.set(0, 1, period);
        }
        _tree.set(0, 1, 2 ** 31 - 1);
    }

    function test_drawFrozen_whenTheTreeIsEmpty() public {
        _mustRevertBeyond(0, 0, 1);
        _tree.set(7, 5, 1);
        _mustRevertBeyond(0, 0, 1);
    }

    function _compare(uint256 period, uint256 seed) private view {
        uint256 total = 0;
        uint256 frozenTotal = 0;
        for (uint256 i = 0; i < _positions.length; ++i) {
            uint256 position = _positions[i];
            require(_tree.leaf(position) == _now[position], "leaf");
            require(_tree.frozenLeaf(position, period) == _frozen[position], "frozen leaf");
            require(position == 0 || _tree.leaf(position - 1) == _now[position - 1], "neighbour");
            uint256 weight = _frozen[position];
            if (weight != 0) {
                _requireDrawn(frozenTotal, period, position, weight);
                _requireDrawn(frozenTotal + (seed % weight), period, position, weight);
                _requireDrawn(frozenTotal + weight - 1, period, position, weight);
            }
            total += _now[position];
            frozenTotal += weight;
        }
        require(_tree.total() == total, "total");
        require(_tree.frozenTotal(period) == frozenTotal, "frozen total");
    }

    function _requireDrawn(uint256 point, uint256 period, uint256 position, uint256 weight) private view {
        (uint256 drawn, uint256 drawnWeight) = _tree.drawFrozen(point, period);
        require(drawn == position && drawnWeight == weight, "draw");
    }

    function _mustRevertBeyond(uint256 point, uint256 total, uint256 period) private {
        vm.expectRevert(abi.encodeWithSelector(SortitionTree.SortitionTreePointBeyondTotal.selector, point, total));
        _tree.drawFrozen(point, period);
    }

    /// @dev Sets a weight in the list and returns the sum.
    function _set(uint256 position, uint256 weight) private returns (uint256 total) {
        uint256 length = _positions.length;
        uint256 place = 0;
        while (place < length && _positions[place] < position) ++place;
        if (place == length || _positions[place] != position) {
            _positions.push(position);
            for (uint256 i = length; i > place; --i) _positions[i] = _positions[i - 1];
            _positions[place] = position;
        }
        _now[position] = weight;
        for (uint256 i = 0; i < _positions.length; ++i) total += _now[_positions[i]];
    }

    function _freeze() private {
        for (uint256 i = 0; i < _positions.length; ++i) _frozen[_positions[i]] = _now[_positions[i]];
    }

    /// @dev Neighbours, the same again, and positions of every depth.
    function _positionFrom(uint256 random) private view returns (uint256) {
        if (random % 3 == 0 && _positions.length != 0) return _positions[(random >> 8) % _positions.length];
        uint256[5] memory ranges = [uint256(12), 80, 600, 12_000, 2 ** 32];
        return (random >> 8) % ranges[(random >> 2) % 5];
    }
}
