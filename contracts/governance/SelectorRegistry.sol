// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ISelectorRegistry} from "./ISelectorRegistry.sol";

/// @dev A label of the deployment.
struct SelectorLabel {
    address target;
    bytes4 selector;
    string text;
}

/// @title SelectorRegistry
/// @dev INVARIANTS
/// - INV-SEL-1: no label makes a call that gives or takes authority wait less.
/// @dev TRUST
/// - The DAO labels; a label shortens the delay of a call to the one that every proposal has, after having waited the long one itself: `label` is
///   one of the calls that always wait.
contract SelectorRegistry is ISelectorRegistry, AccessManaged {
    /// @notice Longest label, in bytes.
    uint256 public constant MAX_LABEL = 100;

    mapping(address target => mapping(bytes4 selector => string text)) private _labels;

    constructor(address initialAuthority, SelectorLabel[] memory labels) AccessManaged(initialAuthority) {
        for (uint256 i = 0; i < labels.length; ++i) _label(labels[i].target, labels[i].selector, labels[i].text);
    }

    /// @inheritdoc ISelectorRegistry
    function label(address target, bytes4 selector, string calldata text) external restricted {
        _label(target, selector, text);
    }

    /// @inheritdoc ISelectorRegistry
    function labelOf(address target, bytes4 selector) external view returns (string memory) {
        return _labels[target][selector];
    }

    /// @inheritdoc ISelectorRegistry
    function anyNeedsLongDelay(address[] calldata targets, bytes[] calldata datas) external view returns (bool) {
        for (uint256 i = 0; i < targets.length; ++i) {
            if (needsLongDelay(targets[i], datas[i])) return true;
        }
        return false;
    }

    /// @inheritdoc ISelectorRegistry
    function needsLongDelay(address target, bytes calldata data) public view returns (bool) {
        if (data.length < 4) return true;
        bytes4 selector = bytes4(data);
        return _movesAuthority(selector) || bytes(_labels[target][selector]).length == 0;
    }

    function _label(address target, bytes4 selector, string memory text) private {
        uint256 length = bytes(text).length;
        require(length <= MAX_LABEL, SelectorRegistryLabelTooLong(length, MAX_LABEL));
        _labels[target][selector] = text;

        emit SelectorLabelled(target, selector, text);
    }

    /// @dev Whether a function of this selector gives or takes authority, or can carry a call that does, at any target.
    function _movesAuthority(bytes4 selector) private pure returns (bool) {
        return _isOfManager(selector) || _isOfTimelock(selector) || selector == ISelectorRegistry.label.selector;
    }

    function _isOfManager(bytes4 selector) private pure returns (bool) {
        return
            selector == IAccessManager.grantRole.selector ||
            selector == IAccessManager.revokeRole.selector ||
            selector == IAccessManager.setRoleAdmin.selector ||
            selector == IAccessManager.setRoleGuardian.selector ||
            selector == IAccessManager.setGrantDelay.selector ||
            selector == IAccessManager.setTargetFunctionRole.selector ||
            selector == IAccessManager.setTargetAdminDelay.selector ||
            selector == IAccessManager.setTargetClosed.selector ||
            selector == IAccessManager.updateAuthority.selector ||
            selector == IAccessManager.schedule.selector ||
            selector == IAccessManager.execute.selector ||
            selector == IAccessManager.renounceRole.selector ||
            selector == IAccessManaged.setAuthority.selector ||
            selector == Multicall.multicall.selector;
    }

    function _isOfTimelock(bytes4 selector) private pure returns (bool) {
        return
            selector == IAccessControl.grantRole.selector ||
            selector == IAccessControl.revokeRole.selector ||
            selector == IAccessControl.renounceRole.selector ||
            selector == TimelockController.updateDelay.selector ||
            selector == TimelockController.schedule.selector ||
            selector == TimelockController.scheduleBatch.selector ||
            selector == TimelockController.execute.selector ||
            selector == TimelockController.executeBatch.selector ||
            selector == Governor.relay.selector;
    }
}
