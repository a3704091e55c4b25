// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title BN254
/// @notice The curve of the EIP-196/197 precompiles: fields, membership, and calls with bounded gas.
/// @dev A failing precompile burns all gas it was given, so each call is given a fixed amount above its EIP-1108 price.
library BN254 {
    /// @dev Order of the base field: coordinates are below it.
    uint256 internal constant BASE_FIELD =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @dev Order of the scalar field: public inputs are below it.
    uint256 internal constant SCALAR_FIELD =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev Gas given to one call; EIP-1108 prices are 150, 6,000 and 45,000 + 34,000 per pair.
    uint256 internal constant ADD_GAS = 1_000;
    uint256 internal constant MUL_GAS = 10_000;
    uint256 internal constant PAIRING_BASE_GAS = 60_000;
    uint256 internal constant PAIRING_PAIR_GAS = 40_000;
    uint256 internal constant FOUR_PAIRS_GAS = 220_000; // = PAIRING_BASE_GAS + 4 * PAIRING_PAIR_GAS

    /// @notice Thrown when a precompile rejects its input.
    error BN254PrecompileFailed(uint256 precompile);

    /// @dev Whether (x, y) is a canonical point of G1 other than infinity: y^2 = x^3 + 3.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= BASE_FIELD || y >= BASE_FIELD) return false;
        uint256 square = mulmod(y, y, BASE_FIELD);
        uint256 cube = mulmod(mulmod(x, x, BASE_FIELD), x, BASE_FIELD);
        return square == addmod(cube, 3, BASE_FIELD);
    }

    /// @dev y coordinate of the negated point. `y` is that of a point on the curve, so it is not zero: -3 is no cube.
    function negate(uint256 y) internal pure returns (uint256) {
        return BASE_FIELD - y;
    }

    /// @dev Whether (x1, x0, y1, y0) is canonical and not infinity. Membership is left to the pairing precompile.
    function isCanonicalG2(uint256 x1, uint256 x0, uint256 y1, uint256 y0) internal pure returns (bool) {
        if (x1 >= BASE_FIELD || x0 >= BASE_FIELD || y1 >= BASE_FIELD || y0 >= BASE_FIELD) return false;
        return x1 | x0 | y1 | y0 != 0;
    }

    /// @dev Adds scalar * point to the sum, in place. Words: the sum 0-1, the point 2-3 (overwritten), the scalar 4.
    function mulAdd(uint256[5] memory words) internal view {
        bool multiplied;
        bool added;
        assembly ("memory-safe") {
            // Bounds: reads words 2-4 and writes words 2-3, of 5.
            let point := add(words, 0x40)
            multiplied := staticcall(MUL_GAS, 0x07, point, 0x60, point, 0x40)
            // Bounds: reads words 0-3 and writes words 0-1, of 5.
            added := staticcall(ADD_GAS, 0x06, words, 0x80, words, 0x40)
        }
        require(multiplied, BN254PrecompileFailed(7));
        require(added, BN254PrecompileFailed(6));
    }

    /// @dev Whether the product of the pairings of `words` (six per pair) is one; false also when a point is invalid.
    function pairingIsOne(uint256[] memory words) internal view returns (bool) {
        uint256 gasLimit = PAIRING_BASE_GAS + PAIRING_PAIR_GAS * (words.length / 6);
        uint256[1] memory output;
        bool success;
        assembly ("memory-safe") {
            // Bounds: reads exactly the elements of `words`, writes the one word of `output`.
            success := staticcall(gasLimit, 0x08, add(words, 0x20), mul(mload(words), 0x20), output, 0x20)
        }
        return success && output[0] == 1;
    }

    /// @dev The same for four pairs.
    function pairingIsOne(uint256[24] memory words) internal view returns (bool isOne) {
        assembly ("memory-safe") {
            // A chain without the precompile answers nothing: what lies in the scratch space must not pass for a one.
            mstore(0x00, 0)
            // Bounds: reads exactly the 24 words of `words`, writes one word of scratch space.
            isOne := staticcall(FOUR_PAIRS_GAS, 0x08, words, 0x300, 0x00, 0x20)
            isOne := and(isOne, eq(mload(0x00), 1))
        }
    }
}
