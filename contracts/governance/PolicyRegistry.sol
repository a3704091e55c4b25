// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IPolicyRegistry, Policy} from "./IPolicyRegistry.sol";

/// @title PolicyRegistry
/// @dev INVARIANTS
/// - INV-POL-1: a policy never changes, and each text is adopted at most once.
/// @dev TRUST
/// - The timelock of the policy governor, an immutable address, adopts texts. It can do nothing else here.
contract PolicyRegistry is IPolicyRegistry {
    /// @notice Longest address of a text, in bytes.
    uint256 public constant MAX_URI = 256;

    /// @inheritdoc IPolicyRegistry
    address public immutable timelock;

    /// @inheritdoc IPolicyRegistry
    uint256 public policyCount;

    /// @inheritdoc IPolicyRegistry
    mapping(bytes32 contentHash => uint256 policy) public policyWith;

    mapping(uint256 policy => Policy record) private _policies;

    constructor(address policyTimelock) {
        timelock = policyTimelock;
    }

    /// @inheritdoc IPolicyRegistry
    function ratify(bytes32 contentHash, string calldata uri, bytes32 category) external returns (uint256 policy) {
        // Check: the timelock, a text that can be found, and a new one.
        require(msg.sender == timelock, PolicyRegistryOnlyTimelock(msg.sender));
        uint256 length = bytes(uri).length;
        bool wellFormed = contentHash != 0 && length != 0 && length <= MAX_URI;
        require(wellFormed, PolicyRegistryBadText(contentHash, length));
        uint256 known = policyWith[contentHash];
        require(known == 0, PolicyRegistryKnown(contentHash, known));

        // Effect: for ever. Cast is safe: seconds.
        policy = ++policyCount;
        policyWith[contentHash] = policy;
        _policies[policy] = Policy({contentHash: contentHash, category: category, ratifiedAt: uint40(block.timestamp)});

        emit PolicyRatified(policy, contentHash, category, uri);
    }

    /// @inheritdoc IPolicyRegistry
    function policyOf(uint256 policy) external view returns (Policy memory) {
        return _policies[policy];
    }
}
