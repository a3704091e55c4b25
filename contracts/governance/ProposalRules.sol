// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IPolicyRegistry} from "./IPolicyRegistry.sol";
import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";

/// @title ProposalRules
/// @notice What a proposal may consist of, and which governor decides it.
library ProposalRules {
    /// @dev Most calls of one proposal: what nobody reads to the end hides things.
    uint256 internal constant MAX_ACTIONS = 10;

    /// @dev Longest description, in bytes.
    uint256 internal constant MAX_DESCRIPTION = 8_000;

    /// @dev What the descriptions of confirmations end with; see `TechnicalGovernor`.
    bytes32 private constant CONFIRMATION = keccak256("#confirmation");
    uint256 private constant CONFIRMATION_LENGTH = 13;

    /// @dev Reverts unless the proposal is small enough to be read, and every target has code.
    function requireReadable(address[] memory targets, string memory description) internal view {
        uint256 count = targets.length;
        require(count <= MAX_ACTIONS, ISupportGovernor.SupportGovernorTooLarge("actions", count, MAX_ACTIONS));
        uint256 length = bytes(description).length;
        require(
            length <= MAX_DESCRIPTION,
            ISupportGovernor.SupportGovernorTooLarge("description", length, MAX_DESCRIPTION)
        );
        require(!_looksLikeConfirmation(description), ISupportGovernor.SupportGovernorReservedDescription());
        for (uint256 i = 0; i < count; ++i) {
            require(targets[i].code.length != 0, ISupportGovernor.SupportGovernorNoCode(targets[i]));
        }
    }

    /// @dev Whether a description could take the place of a confirmation that somebody may need later.
    function _looksLikeConfirmation(string memory description) private pure returns (bool result) {
        uint256 length = bytes(description).length;
        if (length < CONFIRMATION_LENGTH) return false;
        bytes32 tail;
        assembly ("memory-safe") {
            tail := keccak256(add(add(description, 32), sub(length, CONFIRMATION_LENGTH)), CONFIRMATION_LENGTH)
        }
        return tail == CONFIRMATION;
    }

    /// @dev Policy when the one call ratifies a text in `registry`; Technical when no call goes there; reverts for anything between.
    function kindOf(
        address registry,
        address[] memory targets,
        bytes[] memory calldatas
    ) internal pure returns (ProposalKind) {
        uint256 count = targets.length;
        if (count == 1 && targets[0] == registry) {
            bool ratifies = bytes4(calldatas[0]) == IPolicyRegistry.ratify.selector;
            require(ratifies, ISupportGovernor.SupportGovernorMixedKinds());
            return ProposalKind.Policy;
        }
        for (uint256 i = 0; i < count; ++i) {
            require(targets[i] != registry, ISupportGovernor.SupportGovernorMixedKinds());
        }
        return ProposalKind.Technical;
    }
}
