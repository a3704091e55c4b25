// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {CircuitId} from "../types/Ids.sol";
import {DevelopmentKeys} from "./DevelopmentKeys.sol";
import {Circuit, CircuitName, CircuitTerms, ICircuitRegistry} from "./ICircuitRegistry.sol";
import {StoredBytes} from "./StoredBytes.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title CircuitRegistry
/// @dev INVARIANTS
/// - INV-CIR-1: an entry never changes but for `retired`, which goes from false to true once.
/// - INV-CIR-2: every stored key has gamma != delta and points of the right groups, none at infinity.
/// - INV-CIR-3: no key marked as a development key, and none built on the development phase 1, exists outside test chains.
/// - INV-CIR-4: every key built on the development phase 1 is marked as a development key.
/// @dev TRUST
/// - Whoever registers vouches that the key belongs to the circuit and that its setup was honest: the chain cannot see
///   either. `transcript` names the evidence. A dishonest key forges proofs of that circuit and of no other.
contract CircuitRegistry is ICircuitRegistry, AccessManaged {
    mapping(CircuitId id => Circuit circuit) private _circuits;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ICircuitRegistry
    function register(
        CircuitName calldata circuitName,
        CircuitTerms calldata terms,
        uint256[] calldata key
    ) external restricted returns (CircuitId circuit) {
        // Check: new, complete, a well-formed key, and one that is allowed here.
        circuit = idOf(circuitName);
        require(_circuits[circuit].keyPointer == address(0), CircuitRegistryCircuitExists(circuit));
        require(terms.workUnits != 0 && terms.publicSignals != 0, CircuitRegistryEmptyTerms());
        VerifyingKey.requireWellFormed(key, terms.publicSignals);
        DevelopmentKeys.requireAllowed(key, terms.devOnly);

        // Effect: the key becomes the code of its own contract, the rest one entry.
        bytes memory encoded = abi.encodePacked(key);
        _circuits[circuit] = Circuit({
            keyPointer: address(new StoredBytes(encoded)),
            workUnits: terms.workUnits,
            publicSignals: terms.publicSignals,
            devOnly: terms.devOnly,
            retired: false,
            schema: terms.schema,
            transcript: terms.transcript
        });
        emit CircuitRegistered(
            circuit,
            circuitName.name,
            circuitName.version,
            circuitName.params,
            terms,
            keccak256(encoded)
        );
    }

    /// @inheritdoc ICircuitRegistry
    function retire(CircuitId circuit) external restricted {
        require(!_known(circuit).retired, CircuitRegistryCircuitRetired(circuit));
        _circuits[circuit].retired = true;
        emit CircuitRetired(circuit);
    }

    /// @inheritdoc ICircuitRegistry
    function get(CircuitId circuit) external view returns (Circuit memory) {
        return _known(circuit);
    }

    /// @inheritdoc ICircuitRegistry
    function getUsable(CircuitId circuit) external view returns (Circuit memory entry) {
        entry = _known(circuit);
        require(!entry.retired, CircuitRegistryCircuitRetired(circuit));
    }

    /// @inheritdoc ICircuitRegistry
    function keyOf(CircuitId circuit) external view returns (address pointer, uint256 publicSignals) {
        Circuit storage entry = _known(circuit);
        return (entry.keyPointer, entry.publicSignals);
    }

    /// @inheritdoc ICircuitRegistry
    function verifyingKeyOf(CircuitId circuit) external view returns (uint256[] memory key) {
        Circuit storage entry = _known(circuit);
        return VerifyingKey.decode(entry.keyPointer.code);
    }

    /// @inheritdoc ICircuitRegistry
    function idOf(CircuitName calldata circuitName) public pure returns (CircuitId circuit) {
        return CircuitId.wrap(keccak256(abi.encode(circuitName.name, circuitName.version, circuitName.params)));
    }

    function _known(CircuitId circuit) private view returns (Circuit storage entry) {
        entry = _circuits[circuit];
        require(entry.keyPointer != address(0), CircuitRegistryUnknownCircuit(circuit));
    }
}
