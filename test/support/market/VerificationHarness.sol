// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BN254} from "../../../contracts/verification/BN254.sol";
import {TestChains} from "../../../contracts/verification/TestChains.sol";
import {VerifyingKey} from "../../../contracts/verification/VerifyingKey.sol";

/// @dev Makes the curve, the key layout and the list of test chains callable from outside.
contract VerificationHarness {
    function isOnCurve(uint256 x, uint256 y) external pure returns (bool) {
        return BN254.isOnCurve(x, y);
    }

    function negate(uint256 y) external pure returns (uint256) {
        return BN254.negate(y);
    }

    function isCanonicalG2(uint256 x1, uint256 x0, uint256 y1, uint256 y0) external pure returns (bool) {
        return BN254.isCanonicalG2(x1, x0, y1, y0);
    }

    function mulAdd(
        uint256[2] memory accumulator,
        uint256 x,
        uint256 y,
        uint256 scalar
    ) external view returns (uint256[2] memory) {
        uint256[5] memory words = [accumulator[0], accumulator[1], x, y, scalar];
        BN254.mulAdd(words);
        return [words[0], words[1]];
    }

    function pairingIsOne(uint256[] memory words) external view returns (bool) {
        return BN254.pairingIsOne(words);
    }

    function requireWellFormed(uint256[] calldata key, uint256 publicSignals) external view {
        VerifyingKey.requireWellFormed(key, publicSignals);
    }

    function length(uint256 publicSignals) external pure returns (uint256) {
        return VerifyingKey.length(publicSignals);
    }

    function decode(bytes memory code) external pure returns (uint256[] memory) {
        return VerifyingKey.decode(code);
    }

    function copy(
        bytes memory code,
        uint256 word,
        uint256[] memory words,
        uint256 offset,
        uint256 count
    ) external pure returns (uint256[] memory) {
        VerifyingKey.copy(code, word, words, offset, count);
        return words;
    }

    function isTestChain(uint256 chainId) external pure returns (bool) {
        return TestChains.isTestChain(chainId);
    }
}
