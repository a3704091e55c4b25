// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../../contracts/types/Ids.sol";
import {BN254} from "../../contracts/verification/BN254.sol";
import {Groth16Proof} from "../../contracts/verification/Groth16.sol";
import {ICircuitRegistry} from "../../contracts/verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../../contracts/verification/IProofVerifier.sol";
import {ProofVerifier} from "../../contracts/verification/ProofVerifier.sol";
import {ProofWords} from "../../contracts/verification/ProofWords.sol";
import {StoredBytes} from "../../contracts/verification/StoredBytes.sol";
import {VerifyingKey} from "../../contracts/verification/VerifyingKey.sol";
import {PlainVerifier} from "../support/market/PlainVerifier.sol";
import {Trapdoor} from "../support/market/Trapdoor.sol";
import {MemoryGuard} from "../support/MemoryGuard.sol";
import {vm} from "../support/Vm.sol";

/// @dev A proof and a key with known discrete logarithms, so that a valid proof can be made for any of them.
contract ProofWordsTest {
    uint256 private constant R = BN254.SCALAR_FIELD;

    address private _pointer;
    uint256 private _signals;

    /// @dev In the place of the registry of the verifier under test.
    function keyOf(CircuitId) external view returns (address, uint256) {
        return (_pointer, _signals);
    }

    function testFuzz_statement_equalsPlain(uint256 seed) public view {
        (uint256[] memory key, uint256[] memory inputs, ) = Trapdoor.anyCase(seed);
        uint256[2] memory point = this.statement(_code(key), inputs);
        uint256[2] memory expected = PlainVerifier.statement(key, inputs);
        require(point[0] == expected[0] && point[1] == expected[1], "another point");
    }

    function testFuzz_pairs_equalsPlain(
        uint256[] memory key,
        Groth16Proof memory proof,
        uint256[2] memory point
    ) public view {
        proof.a[1] %= BN254.BASE_FIELD;
        uint256[] memory whole = new uint256[](14 + key.length);
        for (uint256 i = 0; i < whole.length; ++i) {
            whole[i] = i < key.length ? key[i] : uint256(keccak256(abi.encode(point, i)));
        }
        uint256[24] memory words = this.pairs(_code(whole), proof, [point[0], point[1], 1, 2, 3]);
        uint256[24] memory expected = PlainVerifier.pairs(whole, proof, point);
        require(keccak256(abi.encode(words)) == keccak256(abi.encode(expected)), "other words");
    }

    function testFuzz_pairingIsOne_equalsPlain(uint256 seed, bool valid) public view {
        (uint256[] memory key, uint256[] memory inputs, Groth16Proof memory proof) = Trapdoor.anyCase(seed);
        if (!valid) proof.c = proof.a;
        uint256[24] memory words = PlainVerifier.pairs(key, proof, PlainVerifier.statement(key, inputs));
        require(this.pairingIsOne(words) == PlainVerifier.proves(key, proof, inputs), "another verdict");
    }

    function testFuzz_verify_equalsPlain(uint256 seed, uint8 fault) public {
        (uint256[] memory key, uint256[] memory inputs, Groth16Proof memory proof) = Trapdoor.anyCase(seed);
        fault %= 6;
        if (fault == 1) proof.a[1] = BN254.BASE_FIELD - proof.a[1];
        if (fault == 2) (proof.a, proof.c) = (proof.c, proof.a);
        if (fault == 3 && inputs.length != 0) inputs[seed % inputs.length] = uint256(keccak256(abi.encode(seed))) % R;
        if (fault == 4) proof.b[1][0] = (proof.b[1][0] + 1) % BN254.BASE_FIELD;
        if (fault == 5) key[seed % 2 == 0 ? 10 : 3] += 1;
        (_pointer, _signals) = (address(new StoredBytes(abi.encodePacked(key))), inputs.length);
        ProofVerifier verifier = new ProofVerifier(ICircuitRegistry(address(this)));

        bool expected = PlainVerifier.proves(key, proof, inputs);
        require(expected || fault != 0, "the case proves nothing");
        CircuitId circuit = CircuitId.wrap(bytes32(seed));
        if (!expected) {
            vm.expectRevert(abi.encodeWithSelector(IProofVerifier.ProofVerifierInvalidProof.selector, circuit));
        }
        verifier.verify(circuit, proof, inputs);
    }

    function testFuzz_statement_whenTheKeyIsShort(uint256 seed, uint256 bytesLeft) public {
        (uint256[] memory key, uint256[] memory inputs, Groth16Proof memory proof) = Trapdoor.anyCase(seed);
        bytes memory code = _cut(_code(key), bytesLeft % (1 + 32 * key.length));
        vm.expectRevert(_outOfBounds(key.length));
        this.statement(code, inputs);

        code = _cut(_code(key), bytesLeft % (1 + 32 * VerifyingKey.IC));
        vm.expectRevert(_outOfBounds(VerifyingKey.IC));
        this.pairs(code, proof, [uint256(0), 0, 0, 0, 0]);
    }

    function statement(bytes memory key, uint256[] calldata inputs) external view returns (uint256[2] memory) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        uint256[5] memory sum = ProofWords.statement(key, inputs);
        MemoryGuard.check(end, digest, 5 * 32);
        return [sum[0], sum[1]];
    }

    function pairs(
        bytes memory key,
        Groth16Proof calldata proof,
        uint256[5] memory sum
    ) external pure returns (uint256[24] memory words) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        uint256[24] memory filled = ProofWords.pairs(key, proof, sum);
        MemoryGuard.check(end, digest, 24 * 32);
        return filled;
    }

    function pairingIsOne(uint256[24] memory words) external view returns (bool isOne) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        isOne = BN254.pairingIsOne(words);
        MemoryGuard.check(end, digest, 0);
    }

    function _code(uint256[] memory key) private pure returns (bytes memory) {
        return abi.encodePacked(bytes1(0), key);
    }

    function _cut(bytes memory code, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i = 0; i < length; ++i) cut[i] = code[i];
    }

    function _outOfBounds(uint256 words) private pure returns (bytes memory) {
        return abi.encodeWithSelector(VerifyingKey.VerifyingKeyOutOfBounds.selector, 0, words, 0);
    }
}
