// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {BN254} from "./BN254.sol";
import {Groth16Proof} from "./Groth16.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title BatchWords
/// @notice Folds the proofs of a batch into one product of pairings: N + 3 pairs for N proofs.
/// @dev With coefficients r_i, every proof holds but with probability 2^-128 when
/// prod e(r_i * A_i, B_i) * e(-sum r_i * alpha, beta) * e(-sum r_i * L_i, gamma) * e(-sum r_i * C_i, delta) = 1.
/// Only the three sums depend on the key, so they carry the minus sign, once for a batch.
/// @dev The plain version is `test/support/market/PlainBatch.sol`; `BatchWords.t.sol` compares the two.
library BatchWords {
    /// @dev Words of a proof, and of a pair.
    uint256 private constant PROOF_BYTES = 0x100;

    /// @dev What all coefficients are drawn from: hashes every byte of the batch, and where it counts. Whoever changes a byte
    /// of any proof or input changes all coefficients, so none can be known while a proof is still open to choice.
    function seedOf(
        bytes memory key,
        CircuitId circuit,
        Groth16Proof[] calldata proofs,
        uint256[] calldata inputs
    ) internal view returns (bytes32 seed) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            let proofBytes := mul(proofs.length, PROOF_BYTES)
            let inputBytes := mul(inputs.length, 0x20)
            // Bounds: writes behind the free memory pointer, which no value of the compiler's lies beyond. Reads exactly the
            // elements of both arrays, which the ABI decoder found within the calldata, so no product overflows.
            mstore(start, keccak256(add(key, 0x20), mload(key)))
            mstore(add(start, 0x20), circuit)
            mstore(add(start, 0x40), chainid())
            mstore(add(start, 0x60), address())
            mstore(add(start, 0x80), proofs.length)
            mstore(add(start, 0xa0), inputs.length)
            calldatacopy(add(start, 0xc0), proofs.offset, proofBytes)
            calldatacopy(add(start, add(0xc0, proofBytes)), inputs.offset, inputBytes)
            seed := keccak256(start, add(0xc0, add(proofBytes, inputBytes)))
        }
    }

    /// @dev r_i: one for the first proof, else the low 128 bits of a hash, never zero.
    function coefficient(bytes32 seed, uint256 index) internal pure returns (uint256 r) {
        if (index == 0) return 1;
        assembly ("memory-safe") {
            // Bounds: the 64 bytes of scratch space.
            mstore(0x00, seed)
            mstore(0x20, index)
            r := and(keccak256(0x00, 0x40), 0xffffffffffffffffffffffffffffffff)
            r := or(r, iszero(r))
        }
    }

    /// @dev The pairs of the batch, six words each: those of the proofs, then those of alpha, L and C. Reverts when a proof has
    /// a point that cannot be, or an input is not in the field. Precondition: inputs.length = proofs.length * signals.
    function pairs(
        uint256[] memory key,
        bytes32 seed,
        Groth16Proof[] calldata proofs,
        uint256[] calldata inputs
    ) internal view returns (uint256[] memory words) {
        uint256 count = proofs.length;
        words = new uint256[](6 * (count + 3));
        uint256[] memory scalars = new uint256[](1 + inputs.length / count);
        uint256[5] memory sum;
        for (uint256 i = 0; i < count; ++i) {
            uint256 r = coefficient(seed, i);
            bool valid = fold(words, sum, proofs[i], i, r);
            require(valid, IProofVerifier.ProofVerifierInvalidBatchPoint(i));
            uint256 bad = weigh(scalars, inputs, i, r);
            if (bad != type(uint256).max) revert IProofVerifier.ProofVerifierInputNotInField(bad, inputs[bad]);
        }
        _close(key, words, scalars, sum, 6 * count);
    }

    /// @dev Puts r * A and B where pair `index` is, and adds r * C to the sum in words 0-1. False when A, B or C is infinity or
    /// not canonical, or A or C is not on the curve. Preconditions: words.length >= 6 * (index + 1); r = 1 when index = 0.
    /// @dev The precompiles refuse A and C that are not canonical or not on the curve, but take infinity; of the first proof
    /// they see neither.
    function fold(
        uint256[] memory words,
        uint256[5] memory sum,
        Groth16Proof calldata proof,
        uint256 index,
        uint256 r
    ) internal view returns (bool valid) {
        if (index == 0) {
            if (!BN254.isOnCurve(proof.a[0], proof.a[1]) || !BN254.isOnCurve(proof.c[0], proof.c[1])) return false;
        }
        uint256 field = BN254.BASE_FIELD;
        (uint256 mulGas, uint256 addGas) = (BN254.MUL_GAS, BN254.ADD_GAS);
        assembly ("memory-safe") {
            let pair := add(add(words, 0x20), mul(index, 0xc0))
            let point := add(sum, 0x40)
            // Bounds: reads the 8 words of `proof`. Writes words 0-5 of the pair, which `words` has, see the precondition; the
            // third before it holds B serves as the scalar. Writes words 2-4 of 5 of `sum`, and 0-1.
            calldatacopy(pair, proof, 0x40)
            calldatacopy(point, add(proof, 0xc0), 0x40)
            valid := and(
                iszero(iszero(or(mload(pair), mload(add(pair, 0x20))))),
                iszero(iszero(or(mload(point), mload(add(point, 0x20)))))
            )
            switch index
            case 0 {
                mcopy(sum, point, 0x40)
            }
            default {
                mstore(add(pair, 0x40), r)
                mstore(add(sum, 0x80), r)
                valid := and(valid, staticcall(mulGas, 0x07, pair, 0x60, pair, 0x40))
                valid := and(valid, staticcall(mulGas, 0x07, point, 0x60, point, 0x40))
                valid := and(valid, staticcall(addGas, 0x06, sum, 0x80, sum, 0x40))
            }
            let b := add(pair, 0x40)
            calldatacopy(b, add(proof, 0x40), 0x80)
            let x1 := mload(b)
            let x0 := mload(add(b, 0x20))
            let y1 := mload(add(b, 0x40))
            let y0 := mload(add(b, 0x60))
            valid := and(valid, and(and(lt(x1, field), lt(x0, field)), and(lt(y1, field), lt(y0, field))))
            valid := and(valid, iszero(iszero(or(or(x1, x0), or(y1, y0)))))
        }
    }

    /// @dev Adds r to scalar 0 and r * input j of proof `index` to scalar 1 + j. Returns the index of an input that is not below
    /// the order of the field, or the largest number. Precondition: inputs.length >= (scalars.length - 1) * (index + 1).
    function weigh(
        uint256[] memory scalars,
        uint256[] calldata inputs,
        uint256 index,
        uint256 r
    ) internal pure returns (uint256 bad) {
        uint256 order = BN254.SCALAR_FIELD;
        assembly ("memory-safe") {
            let signals := sub(mload(scalars), 1)
            let source := add(inputs.offset, mul(mul(signals, index), 0x20))
            let scalar := add(scalars, 0x20)
            let end := add(scalar, mul(signals, 0x20))
            bad := not(0)
            // No overflow: 64 coefficients of 128 bits.
            mstore(scalar, add(mload(scalar), r))
            // Bounds: reads `signals` elements of `inputs` from `signals * index`, see the precondition, and reads and writes
            // elements 1 to `signals` of `scalars`.
            for {} lt(scalar, end) {} {
                scalar := add(scalar, 0x20)
                let input := calldataload(source)
                if iszero(lt(input, order)) {
                    bad := div(sub(source, inputs.offset), 0x20)
                    break
                }
                mstore(scalar, addmod(mload(scalar), mulmod(r, input, order), order))
                source := add(source, 0x20)
            }
        }
    }

    /// @dev The pairs (-scalar_0 * alpha, beta), (-sum scalar_j * IC_j, gamma), (-sum r_i * C_i, delta), from word `offset` on.
    function _close(
        uint256[] memory key,
        uint256[] memory words,
        uint256[] memory scalars,
        uint256[5] memory sum,
        uint256 offset
    ) private view {
        (words[offset + 12], words[offset + 13]) = (sum[0], (BN254.BASE_FIELD - sum[1]) % BN254.BASE_FIELD);
        _negated(key, VerifyingKey.ALPHA, scalars, 1, sum);
        (words[offset], words[offset + 1]) = (sum[0], sum[1]);
        _negated(key, VerifyingKey.IC, scalars, scalars.length, sum);
        (words[offset + 6], words[offset + 7]) = (sum[0], sum[1]);
        for (uint256 i = 0; i < 4; ++i) {
            words[offset + 2 + i] = key[VerifyingKey.BETA + i];
            words[offset + 8 + i] = key[VerifyingKey.GAMMA + i];
            words[offset + 14 + i] = key[VerifyingKey.DELTA + i];
        }
    }

    /// @dev Minus the sum of the first `count` scalars times the points of G1 from word `from` of the key, in words 0-1.
    function _negated(
        uint256[] memory key,
        uint256 from,
        uint256[] memory scalars,
        uint256 count,
        uint256[5] memory sum
    ) private view {
        (sum[0], sum[1]) = (0, 0);
        for (uint256 i = 0; i < count; ++i) {
            (sum[2], sum[3]) = (key[from + 2 * i], key[from + 2 * i + 1]);
            sum[4] = BN254.SCALAR_FIELD - scalars[i];
            BN254.mulAdd(sum);
        }
    }
}
