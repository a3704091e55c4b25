// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IDeveloperRegistry
/// @notice The developers whom the DAO admitted: one member, one vote in their constituency of the council.
interface IDeveloperRegistry {
    event DeveloperAdmitted(address indexed account, bytes32 attestation);
    event DeveloperRemoved(address indexed account);

    error DeveloperRegistryUnknown(address account);
    error DeveloperRegistryKnown(address account);

    /// @notice Admits a developer. Restricted to DAO. `attestation` is the hash of what speaks for it.
    function admit(address account, bytes32 attestation) external;

    /// @notice Removes a developer. Restricted to DAO; a member can `resign`.
    function remove(address account) external;

    function resign() external;

    /// @notice Whether `account` was a member at a past second.
    function wasMember(address account, uint256 timepoint) external view returns (bool);

    function isMember(address account) external view returns (bool);

    /// @notice Members at a past second.
    function pastCount(uint256 timepoint) external view returns (uint256);
}
