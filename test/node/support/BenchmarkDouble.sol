// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {
    Attestation,
    AttestorSignature,
    Challenge,
    IBenchmarkRegistry,
    Measurement,
    MeasurementStatus,
    Score
} from "../../../contracts/benchmark/IBenchmarkRegistry.sol";
import {INodeRegistry} from "../../../contracts/registry/INodeRegistry.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev The part of the benchmark registry that a node and its attestors talk to, without money and without authority: what
/// the off-chain side is tested against alone.
contract BenchmarkDouble is EIP712 {
    bytes32 private constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(uint32 node,uint32 nonce,bytes32 result,bool valid)"
    );

    INodeRegistry private immutable _nodes;
    mapping(NodeId node => Measurement measurement) private _measurements;
    mapping(NodeId node => Score score) private _scores;
    mapping(NodeId node => Challenge open) private _challenges;

    constructor(INodeRegistry nodes) EIP712("Corex BenchmarkRegistry", "1") {
        _nodes = nodes;
    }

    /// @dev Opens a challenge of `node` without a bond.
    function openChallenge(NodeId node) external {
        _challenges[node].challenger = msg.sender;
        _challenges[node].openedAt = uint40(block.timestamp);
    }

    function begin(uint32 size) external returns (uint256 nonce) {
        NodeId node = _nodes.nodeOf(msg.sender);
        Measurement storage measurement = _measurements[node];
        require(
            measurement.status != MeasurementStatus.Answered,
            IBenchmarkRegistry.BenchmarkRegistryWrongStatus(node, measurement.status)
        );
        nonce = ++measurement.nonce;
        measurement.status = MeasurementStatus.Begun;
        measurement.size = size;
        // Known at once: that a seed may still be unknown is for the tests of the registry.
        measurement.ticket = uint40(block.number - 1);
        measurement.beganAt = uint40(block.timestamp);
        emit IBenchmarkRegistry.MeasurementBegun(node, nonce, DeviceClass.CPU, size, block.number);
    }

    function answer(bytes32 result) external {
        NodeId node = _nodes.nodeOf(msg.sender);
        Measurement storage measurement = _measurements[node];
        measurement.status = MeasurementStatus.Answered;
        measurement.answeredAt = uint40(block.timestamp);
        measurement.result = result;
        uint256 elapsed = block.timestamp - measurement.beganAt;
        emit IBenchmarkRegistry.MeasurementAnswered(
            node,
            measurement.nonce,
            seedOf(node),
            measurement.size,
            result,
            elapsed
        );
    }

    function conclude(Attestation calldata attestation, AttestorSignature[] calldata signatures) external {
        NodeId node = attestation.node;
        Measurement storage measurement = _measurements[node];
        require(
            measurement.status == MeasurementStatus.Answered &&
                attestation.nonce == measurement.nonce &&
                attestation.result == measurement.result,
            IBenchmarkRegistry.BenchmarkRegistryWrongAttestation(node, attestation.nonce, attestation.result)
        );
        require(signatures.length >= 2, IBenchmarkRegistry.BenchmarkRegistryTooFewAttestors(signatures.length, 2));
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(ATTESTATION_TYPEHASH, node, attestation.nonce, attestation.result, attestation.valid))
        );
        address last;
        for (uint256 i = 0; i < signatures.length; ++i) {
            address attestor = signatures[i].attestor;
            require(
                attestor > last && ECDSA.recover(digest, signatures[i].signature) == attestor,
                IBenchmarkRegistry.BenchmarkRegistryInvalidAttestor(attestor)
            );
            last = attestor;
        }
        measurement.status = MeasurementStatus.None;
        delete _challenges[node];
        if (!attestation.valid) {
            emit IBenchmarkRegistry.MeasurementDiscarded(node, attestation.nonce, true);
            return;
        }
        _scores[node].size = measurement.size;
        emit IBenchmarkRegistry.BenchmarkAccepted(node, attestation.nonce, 1_000, block.timestamp + 30 days);
    }

    function measurementOf(NodeId node) external view returns (Measurement memory) {
        return _measurements[node];
    }

    function scoreOf(NodeId node) external view returns (Score memory) {
        return _scores[node];
    }

    function challengeOf(NodeId node) external view returns (Challenge memory) {
        return _challenges[node];
    }

    function seedOf(NodeId node) public view returns (bytes32 seed) {
        Measurement storage measurement = _measurements[node];
        return keccak256(abi.encode(blockhash(measurement.ticket), node, measurement.nonce));
    }

    /// @dev One lane for each unit of size.
    function workloadOf(DeviceClass) external pure returns (uint256 macs) {
        return 2 ** 26;
    }
}
