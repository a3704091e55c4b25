// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../../../contracts/types/Ids.sol";
import {BN254} from "../../../contracts/verification/BN254.sol";
import {Groth16Proof} from "../../../contracts/verification/Groth16.sol";
import {PlainVerifier} from "./PlainVerifier.sol";

/// @dev The folding of a batch word by word, without assembly: what `BatchWords` must equal.
library PlainBatch {
    uint256 private constant R = BN254.SCALAR_FIELD;

    function seedOf(
        bytes memory code,
        CircuitId circuit,
        address verifier,
        Groth16Proof[] memory proofs,
        uint256[] memory inputs
    ) internal view returns (bytes32) {
        bytes memory text = abi.encode(keccak256(code), circuit, block.chainid, verifier, proofs.length, inputs.length);
        for (uint256 i = 0; i < proofs.length; ++i) text = bytes.concat(text, abi.encode(proofs[i]));
        return keccak256(bytes.concat(text, abi.encodePacked(inputs)));
    }

    function coefficient(bytes32 seed, uint256 index) internal pure returns (uint256) {
        return index == 0 ? 1 : uint128(uint256(keccak256(abi.encode(seed, index))));
    }

    /// @dev Of a batch whose points and inputs are all valid.
    function pairs(
        uint256[] memory key,
        bytes32 seed,
        Groth16Proof[] memory proofs,
        uint256[] memory inputs
    ) internal view returns (uint256[] memory words) {
        uint256 count = proofs.length;
        words = new uint256[](6 * (count + 3));
        uint256[2][3] memory sums;
        for (uint256 i = 0; i < count; ++i) {
            uint256 r = coefficient(seed, i);
            uint256[2][2] memory b = proofs[i].b;
            _put(words, i, PlainVerifier.mul(proofs[i].a, r), [b[0][0], b[0][1], b[1][0], b[1][1]]);
            sums[0] = _plus(sums[0], [key[0], key[1]], r);
            sums[1] = _plus(sums[1], PlainVerifier.statement(key, slice(inputs, i, count)), r);
            sums[2] = _plus(sums[2], proofs[i].c, r);
        }
        for (uint256 i = 0; i < 3; ++i) {
            uint256[4] memory point;
            for (uint256 j = 0; j < 4; ++j) point[j] = key[2 + 4 * i + j];
            _put(words, count + i, PlainVerifier.mul(sums[i], R - 1), point);
        }
    }

    /// @dev The inputs of proof number `index` of `count`.
    function slice(uint256[] memory inputs, uint256 index, uint256 count) internal pure returns (uint256[] memory own) {
        own = new uint256[](inputs.length / count);
        for (uint256 j = 0; j < own.length; ++j) own[j] = inputs[index * own.length + j];
    }

    function _plus(
        uint256[2] memory sum,
        uint256[2] memory point,
        uint256 scalar
    ) private view returns (uint256[2] memory) {
        return PlainVerifier.add(sum, PlainVerifier.mul(point, scalar));
    }

    function _put(uint256[] memory words, uint256 pair, uint256[2] memory g1, uint256[4] memory g2) private pure {
        (words[6 * pair], words[6 * pair + 1]) = (g1[0], g1[1]);
        for (uint256 i = 0; i < 4; ++i) words[6 * pair + 2 + i] = g2[i];
    }
}
