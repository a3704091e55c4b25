// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../../contracts/types/Ids.sol";
import {BatchWords} from "../../contracts/verification/BatchWords.sol";
import {BN254} from "../../contracts/verification/BN254.sol";
import {Groth16Proof} from "../../contracts/verification/Groth16.sol";
import {ICircuitRegistry} from "../../contracts/verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../../contracts/verification/IProofVerifier.sol";
import {ProofVerifier} from "../../contracts/verification/ProofVerifier.sol";
import {StoredBytes} from "../../contracts/verification/StoredBytes.sol";
import {PlainBatch} from "../support/market/PlainBatch.sol";
import {PlainVerifier} from "../support/market/PlainVerifier.sol";
import {Trapdoor} from "../support/market/Trapdoor.sol";
import {MemoryGuard} from "../support/MemoryGuard.sol";

/// @dev Batches under keys with known secrets, so that valid proofs can be made for any of them.
contract BatchWordsTest {
    uint256 private constant R = BN254.SCALAR_FIELD;
    uint256 private constant MOST = 5;

    address private _pointer;
    uint256 private _signals;

    /// @dev In the place of the registry of the verifier under test.
    function keyOf(CircuitId) external view returns (address, uint256) {
        return (_pointer, _signals);
    }

    function testFuzz_seedOf_equalsPlain(
        bytes memory code,
        bytes32 circuit,
        Groth16Proof[] memory proofs,
        uint256[] memory inputs
    ) public view {
        CircuitId id = CircuitId.wrap(circuit);
        bytes32 expected = PlainBatch.seedOf(code, id, address(this), proofs, inputs);
        require(this.seedOf(code, id, proofs, inputs) == expected, "another seed");
    }

    /// @dev Every bit of every proof, input, key and circuit counts.
    function testFuzz_seedOf_dependsOnEveryByte(uint256 seed, uint256 place, uint8 bit) public view {
        (uint256[] memory key, Groth16Proof[] memory proofs, uint256[] memory inputs) = _batch(seed);
        bytes memory code = _code(key);
        CircuitId circuit = CircuitId.wrap(bytes32(seed));
        bytes32 before = this.seedOf(code, circuit, proofs, inputs);
        uint256 flip = 1 << bit;
        uint256 proofWords = 8 * proofs.length;
        place %= proofWords + inputs.length + key.length + 1;
        if (place < proofWords) {
            _flip(proofs[place / 8], place % 8, flip);
        } else if (place < proofWords + inputs.length) {
            inputs[place - proofWords] ^= flip;
        } else if (place < proofWords + inputs.length + key.length) {
            key[place - proofWords - inputs.length] ^= flip;
            code = _code(key);
        } else {
            circuit = CircuitId.wrap(bytes32(seed ^ flip));
        }
        bytes32 later = this.seedOf(code, circuit, proofs, inputs);
        require(later != before, "a bit does not count");
        for (uint256 i = 1; i < 3; ++i) {
            require(BatchWords.coefficient(later, i) != BatchWords.coefficient(before, i), "a coefficient stays");
        }
    }

    function testFuzz_coefficient_equalsPlain(bytes32 seed, uint256 index) public pure {
        uint256 r = BatchWords.coefficient(seed, index);
        require(r == PlainBatch.coefficient(seed, index), "another coefficient");
        require(r != 0 && r <= type(uint128).max, "not of 128 bits");
        require(BatchWords.coefficient(seed, 0) == 1, "the first is not one");
    }

    function testFuzz_pairs_equalsPlain(uint256 seed, bytes32 coefficients) public view {
        (uint256[] memory key, Groth16Proof[] memory proofs, uint256[] memory inputs) = _batch(seed);
        uint256[] memory words = this.pairs(key, coefficients, proofs, inputs);
        uint256[] memory expected = PlainBatch.pairs(key, coefficients, proofs, inputs);
        require(keccak256(abi.encode(words)) == keccak256(abi.encode(expected)), "other words");
        require(BN254.pairingIsOne(words), "a batch of proofs that prove, refused");
    }

    /// @dev INV-PRF-4, with faults that leave every point on its curve: accepted when each proof alone is, and only then.
    function testFuzz_INV_PRF_4(uint256 seed, uint256 place, uint8 fault) public {
        (uint256[] memory key, Groth16Proof[] memory proofs, uint256[] memory inputs) = _batch(seed);
        uint256 count = proofs.length;
        _spoil(proofs, inputs, place, fault % 6);
        ProofVerifier verifier = _verifierOf(key, inputs.length / count);
        CircuitId circuit = CircuitId.wrap(bytes32(seed));

        bool all = true;
        for (uint256 i = 0; i < count; ++i) {
            uint256[] memory own = PlainBatch.slice(inputs, i, count);
            bool alone = _accepts(verifier, abi.encodeCall(verifier.verify, (circuit, proofs[i], own)));
            require(alone == PlainVerifier.proves(key, proofs[i], own), "a proof alone");
            all = all && alone;
        }
        require(all || fault % 6 != 0, "the case proves nothing");
        bytes memory data = abi.encodeCall(verifier.verifyBatch, (circuit, proofs, inputs));
        require(_accepts(verifier, data) == all, "the batch differs from its proofs");
        if (all) return;
        (, bytes memory reason) = address(verifier).staticcall(data);
        bytes memory expected = abi.encodeCall(this.invalidBatch, (circuit, count));
        require(keccak256(_arguments(reason)) == keccak256(_arguments(expected)), "another error");
    }

    /// @dev Words that are no points are refused with the index of their proof, and nothing is written beyond the words.
    function testFuzz_fold_refusesWhatIsNoPoint(uint256 seed, uint256 place, uint256 value) public view {
        (, Groth16Proof[] memory proofs, ) = _batch(seed);
        uint256 index = place % proofs.length;
        Groth16Proof memory proof = proofs[index];
        place = (place / proofs.length) % 8;
        require(this.fold(proof, index, 7 + index), "a proof refused");
        if (place == 0) proof.a = [uint256(0), 0];
        else if (place == 1) proof.c = [uint256(0), 0];
        else if (place == 2) proof.b = [[uint256(0), 0], [uint256(0), 0]];
        else if (place == 3) proof.a[value % 2] += BN254.BASE_FIELD;
        else if (place == 4) proof.c[value % 2] += BN254.BASE_FIELD;
        else if (place == 5) proof.b[value % 2][(value / 2) % 2] = BN254.BASE_FIELD + (value % 2 ** 200);
        else if (place == 6) proof.a[1] ^= 1 << (value % 253);
        else proof.c[1] ^= 1 << (value % 253);
        require(!this.fold(proof, index, 7 + index), "no point, and taken");
    }

    function testFuzz_weigh_namesTheInput(uint256[8] memory values, uint8 signals, uint256 r) public view {
        uint256[] memory inputs = new uint256[](8);
        uint256 size = 1 + (signals % 8);
        uint256 index = (8 / size) - 1;
        uint256 expected = type(uint256).max;
        for (uint256 i = 8; i > 0; --i) {
            inputs[i - 1] = values[i - 1];
            bool counts = (i - 1) / size == index;
            if (counts && values[i - 1] >= R) expected = i - 1;
        }
        r %= 1 << 128;
        (uint256 bad, uint256[] memory scalars) = this.weigh(inputs, size, index, r);
        require(bad == expected, "another input is named");
        if (bad != type(uint256).max) return;
        require(scalars[0] == 5 + r, "another sum of coefficients");
        for (uint256 i = 0; i < size; ++i) {
            require(scalars[i + 1] == addmod(5, mulmod(r, inputs[index * size + i], R), R), "another scalar");
        }
    }

    function seedOf(
        bytes memory code,
        CircuitId circuit,
        Groth16Proof[] calldata proofs,
        uint256[] calldata inputs
    ) external view returns (bytes32 seed) {
        uint256 end;
        assembly ("memory-safe") {
            // Bounds: only reads.
            end := mload(0x40)
        }
        bytes32 digest = keccak256(code);
        seed = BatchWords.seedOf(code, circuit, proofs, inputs);
        uint256 free;
        assembly ("memory-safe") {
            // Bounds: only reads.
            free := mload(0x40)
        }
        require(free == end && keccak256(code) == digest, "allocated or overwrote");
    }

    function pairs(
        uint256[] memory key,
        bytes32 seed,
        Groth16Proof[] calldata proofs,
        uint256[] calldata inputs
    ) external view returns (uint256[] memory words) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        words = BatchWords.pairs(key, seed, proofs, inputs);
        uint256 size = 32 * (1 + words.length) + 32 * (2 + inputs.length / proofs.length) + 5 * 32;
        MemoryGuard.check(end, digest, size);
    }

    /// @dev Folds into words with room for exactly the pairs up to this one.
    function fold(Groth16Proof calldata proof, uint256 index, uint256 r) external view returns (bool valid) {
        uint256[] memory words = new uint256[](6 * (index + 1));
        uint256[5] memory sum;
        (uint256 end, ) = MemoryGuard.arm();
        valid = BatchWords.fold(words, sum, proof, index, index == 0 ? 1 : r);
        for (uint256 i = 0; i < 6 * index; ++i) require(words[i] == 0, "wrote to another pair");
        (uint256 free, ) = MemoryGuard.arm();
        require(free == end && words.length == 6 * (index + 1), "allocated, or wrote before the words");
    }

    function weigh(
        uint256[] calldata inputs,
        uint256 signals,
        uint256 index,
        uint256 r
    ) external pure returns (uint256 bad, uint256[] memory scalars) {
        scalars = new uint256[](1 + signals);
        for (uint256 i = 0; i < scalars.length; ++i) scalars[i] = 5;
        (uint256 end, ) = MemoryGuard.arm();
        bytes32 digest = keccak256(abi.encode(inputs));
        bad = BatchWords.weigh(scalars, inputs, index, r);
        require(digest == keccak256(abi.encode(inputs)) && end != 0, "inputs changed");
    }

    /// @dev For its arguments: those of `ProofVerifierInvalidBatch`.
    function invalidBatch(CircuitId circuit, uint256 count) external pure {}

    /// @dev Up to `MOST` proofs of up to three signals.
    function _batch(
        uint256 seed
    ) private view returns (uint256[] memory key, Groth16Proof[] memory proofs, uint256[] memory inputs) {
        uint256 count = 1 + ((seed >> 8) % MOST);
        uint256 signals = (seed >> 16) % 4;
        key = Trapdoor.keyOf(seed, signals);
        proofs = new Groth16Proof[](count);
        inputs = new uint256[](count * signals);
        for (uint256 i = 0; i < count; ++i) {
            uint256[] memory own = Trapdoor.inputsOf(seed, i, signals);
            proofs[i] = Trapdoor.prove(seed, i, own);
            for (uint256 j = 0; j < signals; ++j) inputs[i * signals + j] = own[j];
        }
    }

    /// @dev 0 nothing, 1 A negated, 2 A and C swapped, 3 an input, 4 two proofs swapped, 5 C moved, and back in another proof.
    function _spoil(Groth16Proof[] memory proofs, uint256[] memory inputs, uint256 place, uint256 fault) private view {
        Groth16Proof memory proof = proofs[place % proofs.length];
        Groth16Proof memory next = proofs[(place + 1) % proofs.length];
        if (fault == 1) proof.a[1] = BN254.BASE_FIELD - proof.a[1];
        if (fault == 2) (proof.a, proof.c) = (proof.c, proof.a);
        if (fault == 3 && inputs.length != 0) inputs[place % inputs.length] = uint256(keccak256(abi.encode(place))) % R;
        if (fault == 4)
            (proof.a, proof.b, proof.c, next.a, next.b, next.c) = (next.a, next.b, next.c, proof.a, proof.b, proof.c);
        if (fault == 5) {
            uint256[2] memory delta = PlainVerifier.mul([uint256(1), 2], 1 + (place % (R - 1)));
            proof.c = PlainVerifier.add(proof.c, delta);
            delta[1] = BN254.BASE_FIELD - delta[1];
            next.c = PlainVerifier.add(next.c, delta);
        }
    }

    function _verifierOf(uint256[] memory key, uint256 signals) private returns (ProofVerifier) {
        (_pointer, _signals) = (address(new StoredBytes(abi.encodePacked(key))), signals);
        return new ProofVerifier(ICircuitRegistry(address(this)));
    }

    function _accepts(ProofVerifier verifier, bytes memory data) private view returns (bool success) {
        (success, ) = address(verifier).staticcall(data);
    }

    function _flip(Groth16Proof memory proof, uint256 word, uint256 bits) private pure {
        if (word < 2) proof.a[word] ^= bits;
        else if (word < 6) proof.b[(word - 2) / 2][word % 2] ^= bits;
        else proof.c[word - 6] ^= bits;
    }

    function _arguments(bytes memory data) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - 4);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = data[i + 4];
    }

    function _code(uint256[] memory key) private pure returns (bytes memory) {
        return abi.encodePacked(bytes1(0), key);
    }
}
