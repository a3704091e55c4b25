// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";

/// @dev What names a circuit. Its id is `keccak256(abi.encode(name, version, params))`.
struct CircuitName {
    string name;
    uint32 version;
    uint256[] params;
}

/// @dev What is known about a circuit beside its key.
/// @param schema Hash of the comma-separated names of the public signals, in order.
/// @param transcript SHA-256 of the setup transcript of the key.
/// @param workUnits Multiply-accumulates that one proof stands for.
/// @param publicSignals Number of public signals.
/// @param devOnly Whether the key is a development key: anyone could forge with it. Must be true for keys that were built
/// on the development powers of tau.
struct CircuitTerms {
    bytes32 schema;
    bytes32 transcript;
    uint64 workUnits;
    uint8 publicSignals;
    bool devOnly;
}

/// @dev A registered circuit. `keyPointer` is the contract whose code is the verifying key.
struct Circuit {
    address keyPointer;
    uint64 workUnits;
    uint8 publicSignals;
    bool devOnly;
    bool retired;
    bytes32 schema;
    bytes32 transcript;
}

/// @title ICircuitRegistry
/// @notice Append-only list of circuits and their verifying keys. An entry is never edited; retiring it stops new tasks
/// and leaves running ones alone.
/// @dev A verifying key is a list of words: alpha (2), beta (4), gamma (4), delta (4), then IC_0 .. IC_n (2 each),
/// coordinates in the order of the EIP-197 precompile.
interface ICircuitRegistry {
    /// @notice Emitted when a circuit was added.
    event CircuitRegistered(
        CircuitId indexed circuit,
        string name,
        uint256 version,
        uint256[] params,
        CircuitTerms terms,
        bytes32 keyHash
    );

    /// @notice Emitted when a circuit was retired.
    event CircuitRetired(CircuitId indexed circuit);

    /// @notice Thrown when no circuit has this id.
    error CircuitRegistryUnknownCircuit(CircuitId circuit);

    /// @notice Thrown when the circuit is there already.
    error CircuitRegistryCircuitExists(CircuitId circuit);

    /// @notice Thrown when the circuit was retired.
    error CircuitRegistryCircuitRetired(CircuitId circuit);

    /// @notice Thrown when the key has not the length that its number of public signals asks for.
    error CircuitRegistryInvalidKeyLength(uint256 words, uint256 expected);

    /// @notice Thrown when gamma equals delta: the key has no phase-2 contribution and anyone can forge with it.
    error CircuitRegistryUncontributedKey();

    /// @notice Thrown when the point of the key that starts at `word` is not a point of its group, or is infinity.
    error CircuitRegistryInvalidKeyPoint(uint256 word);

    /// @notice Thrown when a development key, marked or not, is offered on a chain that is not a test chain.
    error CircuitRegistryDevelopmentKey(uint256 chainId);

    /// @notice Thrown when a key built on the development powers of tau is not marked `devOnly`. `phase1` is the hash of its
    /// alpha and beta.
    error CircuitRegistryUnmarkedDevelopmentKey(bytes32 phase1);

    /// @notice Thrown when work units or the number of public signals is zero.
    error CircuitRegistryEmptyTerms();

    /// @notice Adds a circuit. Restricted.
    function register(
        CircuitName calldata circuitName,
        CircuitTerms calldata terms,
        uint256[] calldata key
    ) external returns (CircuitId circuit);

    /// @notice Retires a circuit: no new task can use it. Restricted.
    function retire(CircuitId circuit) external;

    /// @notice The id of a circuit of this name.
    function idOf(CircuitName calldata circuitName) external pure returns (CircuitId circuit);

    /// @notice Everything about `circuit` but its key; reverts when unknown.
    function get(CircuitId circuit) external view returns (Circuit memory);

    /// @notice The same, and reverts when the circuit was retired.
    function getUsable(CircuitId circuit) external view returns (Circuit memory);

    /// @notice The contract that holds the key, and the number of public signals; reverts when unknown.
    function keyOf(CircuitId circuit) external view returns (address pointer, uint256 publicSignals);

    /// @notice The verifying key of `circuit`; reverts when unknown.
    function verifyingKeyOf(CircuitId circuit) external view returns (uint256[] memory key);
}
