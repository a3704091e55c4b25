// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {INodeRegistry} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev What the reputation and the benchmark tell a scheduler, remembered; weight = capacity x score as of the last report.
contract RecordingScheduler {
    INodeRegistry private immutable _registry;

    mapping(NodeId node => uint256 scoreBps) public scoreBps;
    mapping(NodeId node => uint256 recordBps) public recordBps;
    mapping(NodeId node => uint256 capacity) public capacity;
    mapping(NodeId node => uint256 count) public reports;
    mapping(NodeId node => uint256 count) public pokes;

    constructor(INodeRegistry registry) {
        _registry = registry;
    }

    function setStanding(NodeId node, uint256 newScoreBps, uint256 newRecordBps) external {
        scoreBps[node] = newScoreBps;
        recordBps[node] = newRecordBps;
        ++reports[node];
    }

    function poke(NodeId node) external {
        capacity[node] = _registry.isEligible(node) ? _registry.dailyCapacityOf(node) : 0;
        ++pokes[node];
    }

    function weightOf(NodeId node) external view returns (uint256) {
        return _registry.isEligible(node) ? capacity[node] * scoreBps[node] : 0;
    }
}
