// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IDeveloperRegistry} from "./IDeveloperRegistry.sol";

/// @title DeveloperRegistry
/// @dev INVARIANTS
/// - INV-DEV-1: the count at any past second is the number of accounts that were members then.
/// @dev TRUST
/// - The DAO admits and removes; a member can leave.
contract DeveloperRegistry is IDeveloperRegistry, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    mapping(address account => Checkpoints.Trace208 membership) private _memberships;
    Checkpoints.Trace208 private _count;

    constructor(address initialAuthority) AccessManaged(initialAuthority) {}

    /// @inheritdoc IDeveloperRegistry
    function admit(address account, bytes32 attestation) external restricted {
        require(account != address(0) && !isMember(account), DeveloperRegistryKnown(account));
        _set(account, 1, _count.latest() + 1);

        emit DeveloperAdmitted(account, attestation);
    }

    /// @inheritdoc IDeveloperRegistry
    function remove(address account) external restricted {
        _remove(account);
    }

    /// @inheritdoc IDeveloperRegistry
    function resign() external {
        _remove(msg.sender);
    }

    /// @inheritdoc IDeveloperRegistry
    function wasMember(address account, uint256 timepoint) external view returns (bool) {
        return _memberships[account].upperLookupRecent(_key(timepoint)) != 0;
    }

    /// @inheritdoc IDeveloperRegistry
    function pastCount(uint256 timepoint) external view returns (uint256) {
        return _count.upperLookupRecent(_key(timepoint));
    }

    /// @inheritdoc IDeveloperRegistry
    function isMember(address account) public view returns (bool) {
        return _memberships[account].latest() != 0;
    }

    function _remove(address account) private {
        require(isMember(account), DeveloperRegistryUnknown(account));
        _set(account, 0, _count.latest() - 1);

        emit DeveloperRemoved(account);
    }

    function _set(address account, uint208 member, uint208 count) private {
        uint48 key = _key(block.timestamp);
        _memberships[account].push(key, member);
        _count.push(key, count);
    }

    /// @dev Seconds fit; later ones are as the last that does.
    function _key(uint256 timepoint) private pure returns (uint48) {
        return timepoint > type(uint48).max ? type(uint48).max : uint48(timepoint);
    }
}
