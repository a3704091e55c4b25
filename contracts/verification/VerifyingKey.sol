// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BN254} from "./BN254.sol";
import {ICircuitRegistry} from "./ICircuitRegistry.sol";

/// @title VerifyingKey
/// @notice Layout and well-formedness of a Groth16 verifying key.
/// @dev Words: alpha 0-1, beta 2-5, gamma 6-9, delta 10-13, IC_i at 14 + 2i.
library VerifyingKey {
    uint256 internal constant ALPHA = 0;
    uint256 internal constant BETA = 2;
    uint256 internal constant GAMMA = 6;
    uint256 internal constant DELTA = 10;
    uint256 internal constant IC = 14;

    /// @dev A stored key starts behind the STOP byte of `StoredBytes`.
    uint256 internal constant CODE_OFFSET = 1;

    /// @notice Thrown when words are copied from beyond the key, or to beyond the array.
    error VerifyingKeyOutOfBounds(uint256 word, uint256 count, uint256 offset);

    /// @dev Words of a key with this many public signals: one IC point more than signals.
    function length(uint256 publicSignals) internal pure returns (uint256) {
        return IC + 2 * (publicSignals + 1);
    }

    /// @dev Reverts unless `key` has the right length, valid points, and a phase-2 contribution.
    function requireWellFormed(uint256[] calldata key, uint256 publicSignals) internal view {
        uint256 expected = length(publicSignals);
        require(key.length == expected, ICircuitRegistry.CircuitRegistryInvalidKeyLength(key.length, expected));

        // A key whose delta is its gamma never saw phase 2: (alpha, beta, -IC) then proves anything.
        bool contributed =
            key[GAMMA] != key[DELTA] ||
                key[GAMMA + 1] != key[DELTA + 1] ||
                key[GAMMA + 2] != key[DELTA + 2] ||
                key[GAMMA + 3] != key[DELTA + 3];
        require(contributed, ICircuitRegistry.CircuitRegistryUncontributedKey());

        _requireG1(key, ALPHA);
        _requireG2(key, BETA);
        _requireG2(key, GAMMA);
        _requireG2(key, DELTA);
        for (uint256 word = IC; word < expected; word += 2) {
            _requireG1(key, word);
        }
    }

    /// @dev The words of a key stored as code.
    function decode(bytes memory code) internal pure returns (uint256[] memory key) {
        key = new uint256[]((code.length - CODE_OFFSET) / 32);
        copy(code, 0, key, 0, key.length);
    }

    /// @dev Copies `count` words of a key stored as code, from `word`, into `words` at `offset`.
    function copy(
        bytes memory code,
        uint256 word,
        uint256[] memory words,
        uint256 offset,
        uint256 count
    ) internal pure {
        require(
            CODE_OFFSET + 32 * (word + count) <= code.length && offset + count <= words.length,
            VerifyingKeyOutOfBounds(word, count, offset)
        );
        assembly ("memory-safe") {
            // Bounds: checked above.
            let source := add(add(code, add(0x20, CODE_OFFSET)), mul(word, 0x20))
            mcopy(add(add(words, 0x20), mul(offset, 0x20)), source, mul(count, 0x20))
        }
    }

    function _requireG1(uint256[] calldata key, uint256 word) private pure {
        require(BN254.isOnCurve(key[word], key[word + 1]), ICircuitRegistry.CircuitRegistryInvalidKeyPoint(word));
    }

    /// @dev e(G, X) * e(-G, X) == 1 for every X of the group, and the precompile rejects any other X.
    function _requireG2(uint256[] calldata key, uint256 word) private view {
        uint256[] memory pairs = new uint256[](12);
        (pairs[0], pairs[1]) = (1, 2);
        (pairs[6], pairs[7]) = (1, BN254.negate(2));
        for (uint256 i = 0; i < 4; ++i) {
            pairs[2 + i] = key[word + i];
            pairs[8 + i] = key[word + i];
        }
        bool canonical = BN254.isCanonicalG2(key[word], key[word + 1], key[word + 2], key[word + 3]);
        require(canonical && BN254.pairingIsOne(pairs), ICircuitRegistry.CircuitRegistryInvalidKeyPoint(word));
    }
}
