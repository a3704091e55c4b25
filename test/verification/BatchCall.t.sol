// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../../contracts/types/Ids.sol";
import {BatchCall} from "../../contracts/verification/BatchCall.sol";
import {Groth16Proof} from "../../contracts/verification/Groth16.sol";
import {IProofVerifier} from "../../contracts/verification/IProofVerifier.sol";
import {MemoryGuard} from "../support/MemoryGuard.sol";
import {vm} from "../support/Vm.sol";

/// @dev Compares the call that `BatchCall` writes with the compiler's.
contract BatchCallTest {
    function testFuzz_put_equalsEncodeCall(
        bytes32 circuit,
        Groth16Proof[] memory proofs,
        uint8 signals,
        uint256 seed
    ) public view {
        uint256[][] memory inputs = new uint256[][](proofs.length);
        uint256[] memory flat = new uint256[](proofs.length * (signals % 9));
        for (uint256 i = 0; i < proofs.length; ++i) {
            inputs[i] = new uint256[](signals % 9);
            for (uint256 j = 0; j < inputs[i].length; ++j) {
                inputs[i][j] = uint256(keccak256(abi.encode(seed, i, j)));
                flat[i * inputs[i].length + j] = inputs[i][j];
            }
        }
        CircuitId id = CircuitId.wrap(circuit);
        bytes memory expected = abi.encodeCall(IProofVerifier.verifyBatch, (id, proofs, flat));
        bytes memory data = this.write(id, proofs, inputs, signals % 9);
        require(keccak256(data) == keccak256(expected), "another call");
    }

    function testFuzz_put_whenThereIsNoRoom(Groth16Proof memory proof, uint8 count, uint8 signals, uint8 more) public {
        (count, signals) = (1 + (count % 4), signals % 9);
        vm.expectRevert(abi.encodeWithSelector(BatchCall.BatchCallOutOfBounds.selector, count, count));
        this.putOne(proof, count, signals, count, signals);
        vm.expectRevert(abi.encodeWithSelector(BatchCall.BatchCallOutOfBounds.selector, count - 1, count));
        this.putOne(proof, count, signals, count - 1, uint256(signals) + 1 + more);
    }

    function write(
        CircuitId circuit,
        Groth16Proof[] calldata proofs,
        uint256[][] memory inputs,
        uint256 signals
    ) external pure returns (bytes memory data) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        data = BatchCall.allocate(circuit, proofs.length, signals);
        uint256 size = ((32 + data.length + 31) / 32) * 32;
        for (uint256 i = 0; i < proofs.length; ++i) BatchCall.put(data, i, proofs[i], inputs[i]);
        MemoryGuard.check(end, digest, size);
    }

    function putOne(
        Groth16Proof calldata proof,
        uint256 count,
        uint256 signals,
        uint256 index,
        uint256 inputs
    ) external pure {
        BatchCall.put(BatchCall.allocate(CircuitId.wrap(0), count, signals), index, proof, new uint256[](inputs));
    }
}
