// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Parameter} from "../../../contracts/governance/IParameters.sol";
import {ParameterTable} from "../../../contracts/governance/ParameterTable.sol";
import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev Stands for registry, reputation and parameters: everybody operates an active node of full score; parameters have their first values.
contract StandingDouble {
    function nodeOf(address) external pure returns (NodeId) {
        return NodeId.wrap(1);
    }

    function statusOf(NodeId) external pure returns (NodeStatus) {
        return NodeStatus.Active;
    }

    function scoreAt(NodeId, uint256) external pure returns (uint256) {
        return 1e18;
    }

    function get(Parameter parameter) external pure returns (uint256) {
        return ParameterTable.initialOf(parameter);
    }

    /// @dev As a registry of selectors: calls of more than 36 bytes need the longer delay.
    function anyNeedsLongDelay(address[] calldata, bytes[] calldata datas) external pure returns (bool) {
        for (uint256 i = 0; i < datas.length; ++i) {
            if (datas[i].length > 36) return true;
        }
        return false;
    }
}

/// @dev What proposals call: counts calls of its timelock, and refuses everybody else.
contract Sink {
    address public timelock;
    uint256 public calls;

    constructor(address caller) {
        timelock = caller;
    }

    function act(uint256) external {
        require(msg.sender == timelock, "not the timelock");
        ++calls;
    }

    function actLong(uint256, uint256) external {
        require(msg.sender == timelock, "not the timelock");
        ++calls;
    }
}
