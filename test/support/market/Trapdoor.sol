// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BN254} from "../../../contracts/verification/BN254.sol";
import {Groth16Proof} from "../../../contracts/verification/Groth16.sol";
import {VerifyingKey} from "../../../contracts/verification/VerifyingKey.sol";
import {PlainVerifier} from "./PlainVerifier.sol";

/// @dev A key whose secrets are known, and valid proofs of any inputs: what a dishonest setup can make.
library Trapdoor {
    uint256 private constant R = BN254.SCALAR_FIELD;

    /// @dev A key, inputs, and a proof of them.
    function anyCase(
        uint256 seed
    ) internal view returns (uint256[] memory key, uint256[] memory inputs, Groth16Proof memory proof) {
        uint256 signals = _random(seed, "signals") % 8;
        key = keyOf(seed, signals);
        inputs = inputsOf(seed, 0, signals);
        proof = prove(seed, 0, inputs);
    }

    /// @dev The key of `seed`: alpha and IC are multiples of the generator, beta, gamma and delta the generator or its negative.
    function keyOf(uint256 seed, uint256 signals) internal view returns (uint256[] memory key) {
        key = new uint256[](VerifyingKey.length(signals));
        _putG1(key, VerifyingKey.ALPHA, _alpha(seed));
        _putG2(key, VerifyingKey.BETA, seed & 1 == 0);
        _putG2(key, VerifyingKey.GAMMA, seed & 2 == 0);
        _putG2(key, VerifyingKey.DELTA, seed & 4 == 0);
        for (uint256 i = 0; i <= signals; ++i) _putG1(key, VerifyingKey.IC + 2 * i, _ic(seed, i));
    }

    /// @dev Inputs of proof number `index`; one in four is an edge of the field.
    function inputsOf(uint256 seed, uint256 index, uint256 signals) internal pure returns (uint256[] memory inputs) {
        uint256[3] memory edges = [0, 1, R - 1];
        inputs = new uint256[](signals);
        for (uint256 i = 0; i < signals; ++i) {
            uint256 random = _random(seed, abi.encode("input", index, i));
            inputs[i] = random % 4 == 0 ? edges[(random >> 2) % 3] : random % R;
        }
    }

    /// @dev Proof number `index` of `inputs` under the key of `seed`. With the logarithms a, alpha, l, c of points of G1, and those
    /// of G2 b = 1 or -1 for B, a sign for beta, gamma and delta: c * delta = a * b - alpha * beta - l * gamma, and delta is its
    /// own inverse.
    function prove(
        uint256 seed,
        uint256 index,
        uint256[] memory inputs
    ) internal view returns (Groth16Proof memory proof) {
        uint256 l = _ic(seed, 0);
        for (uint256 i = 0; i < inputs.length; ++i) l = addmod(l, mulmod(_ic(seed, i + 1), inputs[i], R), R);
        uint256 a = 1 + (_random(seed, abi.encode("a", index)) % (R - 1));
        bool positive = index % 2 == 0;
        uint256 c = addmod(_signed(a, positive), R - _signed(_alpha(seed), seed & 1 == 0), R);
        c = _signed(addmod(c, R - _signed(l, seed & 2 == 0), R), seed & 4 == 0);
        proof.a = PlainVerifier.mul([uint256(1), 2], a);
        proof.c = PlainVerifier.mul([uint256(1), 2], c);
        uint256[4] memory b = _generatorG2(positive);
        proof.b = [[b[0], b[1]], [b[2], b[3]]];
    }

    function _alpha(uint256 seed) private pure returns (uint256) {
        return _random(seed, "alpha") % R;
    }

    function _ic(uint256 seed, uint256 index) private pure returns (uint256) {
        return _random(seed, abi.encode("IC", index)) % R;
    }

    function _signed(uint256 value, bool positive) private pure returns (uint256) {
        return positive ? value : (R - value) % R;
    }

    function _putG1(uint256[] memory key, uint256 word, uint256 logarithm) private view {
        uint256[2] memory point = PlainVerifier.mul([uint256(1), 2], logarithm);
        (key[word], key[word + 1]) = (point[0], point[1]);
    }

    function _putG2(uint256[] memory key, uint256 word, bool positive) private pure {
        uint256[4] memory point = _generatorG2(positive);
        for (uint256 i = 0; i < 4; ++i) key[word + i] = point[i];
    }

    function _random(uint256 seed, bytes memory what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }

    function _generatorG2(bool positive) private pure returns (uint256[4] memory point) {
        point = [
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930
        ];
        if (!positive) (point[2], point[3]) = (BN254.BASE_FIELD - point[2], BN254.BASE_FIELD - point[3]);
    }
}
