// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TaskStatus} from "../market/IMarket.sol";
import {ITaskMarket, StepRecord, TaskTerms} from "../market/ITaskMarket.sol";
import {TaskRules} from "../market/TaskRules.sol";
import {ModelId, TaskId} from "../types/Ids.sol";
import {IModelRegistry, Model} from "./IModelRegistry.sol";

/// @title ModelRegistry
/// @dev INVARIANTS
/// - INV-MOD-1: a model's weights and transcript are those that the market proved for its task.
/// - INV-MOD-2: a model's task started from exactly the weights of its parent; so lineage has no cycle.
/// @dev TRUST
/// - None. `artifact` and `metadataURI` are the owner's word; `weights` tells whether an artifact is the model.
contract ModelRegistry is IModelRegistry {
    /// @notice Longest metadata text, in bytes.
    uint256 public constant MAX_METADATA_BYTES = 512;

    ITaskMarket private immutable _market;

    mapping(ModelId id => Model model) private _models;

    constructor(ITaskMarket market) {
        _market = market;
    }

    /// @inheritdoc IModelRegistry
    function register(
        TaskTerms calldata terms,
        ModelId parent,
        bytes32 artifact,
        string calldata metadataURI
    ) external returns (ModelId model) {
        // Check: the owner of a completed task, a new model, a parent that the task really started from.
        require(msg.sender == terms.owner, ModelRegistryNotTaskOwner(msg.sender, terms.owner));
        TaskId task = _market.taskIdOf(terms);
        require(_market.stateOf(task).status == TaskStatus.Completed, ModelRegistryTaskNotCompleted(task));
        model = modelIdOf(task);
        require(_models[model].owner == address(0), ModelRegistryModelExists(model));
        require(artifact != bytes32(0), ModelRegistryEmptyArtifact());
        uint256 metadataBytes = bytes(metadataURI).length;
        require(metadataBytes <= MAX_METADATA_BYTES, ModelRegistryMetadataTooLong(metadataBytes, MAX_METADATA_BYTES));
        uint32 depth = _depthBelow(parent, terms.initialWeights);

        // Effect: record what the market proved.
        (bytes32 weights, bytes32 transcript) = _proved(task, terms.chains);
        Model memory record = Model({
            task: task,
            parent: parent,
            weights: weights,
            transcript: transcript,
            artifact: artifact,
            owner: msg.sender,
            registeredAt: uint40(block.timestamp),
            depth: depth
        });
        _models[model] = record;
        emit ModelRegistered(model, task, parent, record, metadataURI);
    }

    /// @inheritdoc IModelRegistry
    function get(ModelId model) external view returns (Model memory) {
        return _known(model);
    }

    /// @inheritdoc IModelRegistry
    function lineageOf(ModelId model, uint256 limit) external view returns (ModelId[] memory lineage) {
        uint256 length = uint256(_known(model).depth) + 1;
        if (length > limit) length = limit;
        lineage = new ModelId[](length);
        for (uint256 i = 0; i < length; ++i) {
            lineage[i] = model;
            model = _models[model].parent;
        }
    }

    /// @inheritdoc IModelRegistry
    function isTranscript(TaskId task, uint16 chain, StepRecord[] calldata records) external view returns (bool) {
        bytes32 transcript;
        for (uint256 i = 0; i < records.length; ++i) {
            transcript = TaskRules.extend(transcript, records[i]);
        }
        return transcript == _market.transcriptOf(task, chain);
    }

    /// @inheritdoc IModelRegistry
    function modelIdOf(TaskId task) public view returns (ModelId model) {
        return ModelId.wrap(keccak256(abi.encode(block.chainid, address(this), task)));
    }

    /// @dev Depth of a child of `parent` whose task started from `initialWeights`; reverts when that is not its parent.
    function _depthBelow(ModelId parent, bytes32 initialWeights) private view returns (uint32) {
        if (ModelId.unwrap(parent) == bytes32(0)) return 0;
        Model storage record = _known(parent);
        require(record.weights == initialWeights, ModelRegistryNotParent(parent, record.weights, initialWeights));
        return record.depth + 1;
    }

    /// @dev Hashes over the heads and transcripts of all chains. The loop is bounded by `TaskRules.MAX_CHAINS`.
    function _proved(TaskId task, uint16 chains) private view returns (bytes32 weights, bytes32 transcript) {
        uint256[] memory heads = new uint256[](chains);
        bytes32[] memory transcripts = new bytes32[](chains);
        for (uint16 chain = 0; chain < chains; ++chain) {
            heads[chain] = _market.headOf(task, chain);
            transcripts[chain] = _market.transcriptOf(task, chain);
        }
        return (keccak256(abi.encode(heads)), keccak256(abi.encode(transcripts)));
    }

    function _known(ModelId model) private view returns (Model storage record) {
        record = _models[model];
        require(record.owner != address(0), ModelRegistryUnknownModel(model));
    }
}
