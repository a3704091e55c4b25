// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Identifies a task: the hash of its terms on one chain and one market (see `ITaskMarket.taskIdOf`).
type TaskId is bytes32;

/// @dev Identifies a circuit: `keccak256(abi.encode(name, version, params))`.
type CircuitId is bytes32;

/// @dev Identifies a model: the hash of the task that trained it on one chain and one registry.
type ModelId is bytes32;

/// @dev Identifies a version of a dataset: the hash of its terms and of who published it, on one chain and one registry.
type DatasetId is bytes32;

/// @dev Identifies a node: a counter from 1. Zero means "no node".
type NodeId is uint32;

using {_nodeEquals as ==, _nodeDiffers as !=} for NodeId global;

function _nodeEquals(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) == NodeId.unwrap(b);
}

function _nodeDiffers(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) != NodeId.unwrap(b);
}
