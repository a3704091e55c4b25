// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev A text that the DAO adopted.
/// @param contentHash keccak-256 of the text.
/// @param category Free label of at most 32 bytes.
/// @param ratifiedAt Second of its adoption.
struct Policy {
    bytes32 contentHash;
    bytes32 category;
    uint40 ratifiedAt;
}

/// @title IPolicyRegistry
/// @notice The permanent record of texts that the DAO adopted. Nothing is changed or removed here, ever.
interface IPolicyRegistry {
    /// @notice Emitted when a text was adopted; `uri` says where it can be read.
    event PolicyRatified(uint256 indexed policy, bytes32 indexed contentHash, bytes32 indexed category, string uri);

    /// @notice Thrown when somebody but the timelock of the policy governor calls.
    error PolicyRegistryOnlyTimelock(address caller);

    /// @notice Thrown for an empty hash, or an address of the text that is empty or longer than 256 bytes.
    error PolicyRegistryBadText(bytes32 contentHash, uint256 uriLength);

    /// @notice Thrown when the same text was adopted before.
    error PolicyRegistryKnown(bytes32 contentHash, uint256 policy);

    /// @notice Records a text. Only the timelock of the policy governor.
    function ratify(bytes32 contentHash, string calldata uri, bytes32 category) external returns (uint256 policy);

    /// @notice The timelock that may record.
    function timelock() external view returns (address);

    /// @notice Policies are numbered from 1 to this.
    function policyCount() external view returns (uint256);

    /// @notice A policy; all zero for none.
    function policyOf(uint256 policy) external view returns (Policy memory);

    /// @notice The policy with this text; zero for none.
    function policyWith(bytes32 contentHash) external view returns (uint256 policy);
}
