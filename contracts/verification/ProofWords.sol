// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BN254} from "./BN254.sol";
import {Groth16Proof} from "./Groth16.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title ProofWords
/// @notice Puts the words of a key and a proof right where the precompiles read them.
/// @dev `key` is a key stored as code: its words start behind its length and one STOP byte, at `key + 0x21`.
/// The plain version is `test/support/market/PlainVerifier.sol`; `ProofWords.t.sol` compares the two.
library ProofWords {
    /// @dev L, the point that the public inputs commit to, in words 0-1. Words 2-4: point and scalar of the last addition.
    function statement(bytes memory key, uint256[] calldata inputs) internal view returns (uint256[5] memory sum) {
        _requireWords(key, VerifyingKey.length(inputs.length));
        assembly ("memory-safe") {
            // Bounds: reads IC_0, words 14-15 of the key, which it has, checked above. Writes words 0-1 of 5.
            mcopy(sum, add(key, 0x1e1), 0x40)
        }
        for (uint256 i = 0; i < inputs.length; ++i) {
            uint256 input = inputs[i];
            require(input < BN254.SCALAR_FIELD, IProofVerifier.ProofVerifierInputNotInField(i, input));
            assembly ("memory-safe") {
                // Bounds: reads IC_(i + 1), words 16 + 2i and 17 + 2i of the key. It has 16 + 2 * inputs.length, checked
                // above, so nothing overflows either. Writes words 2-4 of 5.
                mcopy(add(sum, 0x40), add(add(key, 0x221), mul(i, 0x40)), 0x40)
                mstore(add(sum, 0x80), input)
            }
            BN254.mulAdd(sum);
        }
    }

    /// @dev The pairs (-A, B) in words 0-5, (C, delta) 6-11, (alpha, beta) 12-17, (L, gamma) 18-23: A, B and C follow each
    /// other in the proof, alpha and beta in the key, and the order of the pairs does not change their product.
    function pairs(
        bytes memory key,
        Groth16Proof calldata proof,
        uint256[5] memory sum
    ) internal pure returns (uint256[24] memory words) {
        _requireWords(key, VerifyingKey.IC);
        assembly ("memory-safe") {
            let source := add(key, 0x21)
            // Bounds: reads the 8 words of `proof`; words 10-13, 0-5 and 6-9 of the key, which has 14 at least, checked
            // above; words 0-1 of 5 of `sum`. Writes words 0-7, 8-11, 12-17, 20-23 and 18-19 of 24.
            calldatacopy(words, proof, 0x100)
            mcopy(add(words, 0x100), add(source, 0x140), 0x80)
            mcopy(add(words, 0x180), source, 0xc0)
            mcopy(add(words, 0x280), add(source, 0xc0), 0x80)
            mcopy(add(words, 0x240), sum, 0x40)
        }
        words[1] = BN254.negate(words[1]);
    }

    /// @dev Reverts unless the key has this many words.
    function _requireWords(bytes memory key, uint256 count) private pure {
        require(VerifyingKey.CODE_OFFSET + 32 * count <= key.length, VerifyingKey.VerifyingKeyOutOfBounds(0, count, 0));
    }
}
